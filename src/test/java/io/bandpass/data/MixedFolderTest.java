package io.bandpass.data;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.AugmentConfig;
import io.bandpass.task.Batch;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder as people have them: 200 good photos, 12 bad files, 12 odd but good ones, and files that are no images. */
final class MixedFolderTest {
    private static final String DAMAGED = "its pixels cannot be decoded: truncated, damaged or of an unusual kind";
    private static final String UNKNOWN = "its content is none of JPEG, PNG, WebP, BMP, TIFF and GIF";

    /** What is found by looking at headers. */
    private static final Map<String, String> BAD_HEADERS = Map.ofEntries(
            entry("bad/dangling.jpg", "it is a link to a file that is not there"),
            entry("bad/drawing.png", UNKNOWN),
            entry("bad/empty.jpg", "the file is empty"),
            entry("bad/folder.jpg", "it is a folder"),
            entry("bad/huge.png", "its header claims 200000 x 200000 pixels, more than data.max-pixels 134217728"),
            entry("bad/phone.heic", UNKNOWN),
            entry("bad/random.png", UNKNOWN),
            entry("bad/stub.tif", "truncated or damaged: its tiff header cannot be read"),
            entry("bad/text.jpg", UNKNOWN));

    /** What is found by decoding only. */
    private static final Map<String, String> BAD_PIXELS = Map.ofEntries(
            entry("bad/truncated.jpg", DAMAGED),
            entry("bad/truncated.png", DAMAGED),
            entry("bad/truncated.webp", DAMAGED));

    private static final List<String> ODD = List.of(
            "alpha.png",
            "alpha.tif",
            "animated.png",
            "animated.webp",
            "bits.png",
            "cmyk.jpg",
            "colour16.png",
            "colour16.tif",
            "grey16.png",
            "palette-transparent.png",
            "turned-6.jpg");

    @TempDir
    private Path folder;

    @BeforeEach
    void fill() throws IOException {
        List<String> endings = List.of("jpg", "png", "bmp", "tif");
        for (int i = 0; i < 200; i++) {
            Images.write(folder.resolve("good/%d/%03d.%s".formatted(i % 3, i, endings.get(i % 4))), i, 24, 16);
        }
        for (String name : ODD) {
            Images.write(folder.resolve("odd").resolve(name), Images.bytes(name));
        }
        Images.write(folder.resolve("odd/webp-in-truth.jpg"), Images.bytes("colour.webp"));

        Path bad = folder.resolve("bad");
        Images.write(bad.resolve("empty.jpg"), new byte[0]);
        Images.write(bad.resolve("text.jpg"), "this is no photo".getBytes(StandardCharsets.UTF_8));
        byte[] random = new byte[500];
        new Random(1).nextBytes(random);
        Images.write(bad.resolve("random.png"), random);
        Images.write(bad.resolve("truncated.jpg"), half(Images.encoded(1, 200, 100, "jpg")));
        Images.write(bad.resolve("truncated.png"), half(Images.encoded(1, 200, 100, "png")));
        Images.write(bad.resolve("truncated.webp"), half(Images.bytes("colour.webp")));
        Images.write(bad.resolve("stub.tif"), Arrays.copyOf(Images.bytes("colour.tif"), 40));
        Files.createDirectory(bad.resolve("folder.jpg"));
        Images.write(bad.resolve("phone.heic"), "\0\0\0\30ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.UTF_8));
        Images.write(
                bad.resolve("drawing.png"),
                "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.UTF_8));
        Files.createSymbolicLink(bad.resolve("dangling.jpg"), Path.of("nowhere.jpg"));
        Images.write(bad.resolve("huge.png"), Images.pngHeader(200_000, 200_000));

        Images.write(folder.resolve("notes.txt"), "no image, and not taken for one".getBytes(StandardCharsets.UTF_8));
        Images.write(folder.resolve(".hidden/photo.jpg"), 1, 24, 16);
    }

    @Test
    void headersTellMostBadFiles() {
        Datasets datasets = open(0.1);
        assertThat(datasets.bad().files()).isEqualTo(224);
        assertThat(datasets.bad().reasons()).isEqualTo(inFolder(BAD_HEADERS));
        assertThat(datasets.train().size()).isEqualTo(224 - BAD_HEADERS.size());
        assertThat(datasets.train().isLabelled())
                .as("the odd and bad ones are no classes to learn")
                .isTrue();
    }

    @Test
    void aTenthMayBeBadAndDecodingListsTheRest() {
        Datasets datasets = open(0.1);
        List<String> one = epoch(datasets, 1);
        assertThat(one).hasSize(datasets.train().size());
        assertThat(datasets.bad().reasons())
                .containsAllEntriesOf(inFolder(BAD_HEADERS))
                .containsAllEntriesOf(inFolder(BAD_PIXELS))
                .hasSize(12);

        Datasets again = open(0.1);
        assertThat(epoch(again, 4)).isEqualTo(one);
        assertThat(again.bad().reasons()).isEqualTo(datasets.bad().reasons());
    }

    @Test
    void theOddOnesAreReadAndNotReplaced() {
        Datasets datasets = open(0.1);
        List<String> names = IntStream.range(0, datasets.train().size())
                .mapToObj(datasets.train()::name)
                .toList();
        assertThat(names).filteredOn(name -> name.contains("/odd/")).hasSize(12);
        List<String> epoch = epoch(datasets, 2);
        for (String name : names) {
            if (!datasets.bad().contains(name)) {
                assertThat(epoch).anyMatch(line -> line.startsWith(name + " "));
            }
        }
    }

    @Test
    void withNoBadFilesAllowedNothingStarts() {
        assertThatThrownBy(() -> open(0))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(
                        "9 of 224 images cannot be read, more than the allowed fraction 0.0, among them "
                                + folder.resolve("bad/dangling.jpg") + " (it is a link to a file that is not there), ")
                .hasMessageEndingWith("; remove them, or allow more with `max-bad`");
    }

    /** One line an image: its name and the values that training would see. */
    private static List<String> epoch(Datasets datasets, int threads) {
        ImageSource train = datasets.train();
        Augmentation augmentation = new Augmentation(
                new AugmentConfig(List.of(0.2, 1.0), List.of(0.75, 4 / 3.0), 0.5), List.of(0.5, 0.5, 0.5), 8, 3);
        List<String> lines = new ArrayList<>();
        int size = train.size();
        try (BatchLoader loader = new BatchLoader(
                new EpochOrder(size, 3),
                step -> new AugmentedSamples(train, augmentation),
                datasets.bad(),
                new BatchLoader.Steps(size, 1, 0, 1),
                threads)) {
            try (PointerScope scope = new PointerScope();
                    Batch batch = loader.next()) {
                for (int i = 0; i < size; i++) {
                    lines.add(train.name(batch.indices()[i]) + " "
                            + Arrays.toString(Tensors.toFloats(batch.images().select(0, i))));
                }
            }
        }
        return lines;
    }

    private Datasets open(double maxBad) {
        return Datasets.open(Configs.data(maxBad), List.of(folder.toString()), 0, 0);
    }

    private Map<String, String> inFolder(Map<String, String> reasons) {
        Map<String, String> whole = new TreeMap<>();
        reasons.forEach((name, reason) -> whole.put(folder.resolve(name).toString(), reason));
        return whole;
    }

    private static byte[] half(byte[] whole) {
        return Arrays.copyOf(whole, whole.length / 2);
    }
}

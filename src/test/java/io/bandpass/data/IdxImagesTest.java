package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.bandpass.image.BadImageException;
import io.bandpass.image.Pixels;
import io.bandpass.image.RgbImage;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdxImagesTest {
    private static final String IMAGES = "train-images-idx3-ubyte";
    private static final String LABELS = "train-labels-idx1-ubyte";
    private static final byte[] SIX_IMAGES = images(6);
    private static final byte[] SIX_LABELS = idx(new byte[] {0, 2, 1, 2, 0, 1}, 6);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"'', ''", ".gz, .gz", ".gz, ''", "'', .gz"})
    void imagesAndLabelsAreReadPlainAndCompressed(String imagesEnding, String labelsEnding) throws BadImageException {
        write(IMAGES + imagesEnding, SIX_IMAGES);
        write(LABELS + labelsEnding, SIX_LABELS);
        ImageSource source = open(folder.toString()).train();
        assertThat(source.size()).isEqualTo(6);
        assertThat(source.classNames()).containsExactly("0", "1", "2");
        assertThat(source.label(3)).isEqualTo(2);
        assertThat(source.name(3)).isEqualTo(IMAGES + imagesEnding + "#3");
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = source.read(3);
            assertThat(image.height()).isEqualTo(2);
            assertThat(image.width()).isEqualTo(3);
            byte v = (byte) 250;
            assertThat(Pixels.of(image)).containsExactly(v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v);
        }
    }

    @Test
    void theTestFilesAreTheHeldOutPart() {
        write(IMAGES, SIX_IMAGES);
        write(LABELS, SIX_LABELS);
        write("t10k-images-idx3-ubyte", images(2));
        write("t10k-labels-idx1-ubyte", idx(new byte[] {1, 0}, 2));
        Datasets datasets = open(folder.toString());
        assertThat(datasets.train().size()).isEqualTo(6);
        assertThat(datasets.heldOut()).hasValueSatisfying(heldOut -> {
            assertThat(heldOut.size()).isEqualTo(2);
            assertThat(heldOut.label(0)).isEqualTo(1);
        });
    }

    @Test
    void aFileOfImagesMayBeGivenByItsName() {
        Path file = write("odd.train-images-idx3-ubyte.gz", SIX_IMAGES);
        Datasets datasets = open(file.toString());
        assertThat(datasets.train().size()).isEqualTo(6);
        assertThat(datasets.train().isLabelled()).isFalse();
        assertThat(datasets.heldOut()).isEmpty();
    }

    @Test
    void labelsAreLeftAloneWhereNoneAreWanted() {
        write(IMAGES, SIX_IMAGES);
        write(LABELS, idx(new byte[] {1}, 1));
        Datasets datasets = Datasets.open(Configs.data("none", 0), List.of(folder.toString()), 0, 0.5);
        assertThat(datasets.train().isLabelled()).isFalse();
        assertThat(datasets.heldOut()).isEmpty();
    }

    @Test
    void anotherNumberOfLabelsIsRefused() {
        write(IMAGES, SIX_IMAGES);
        write(LABELS, idx(new byte[] {0, 1, 2, 1, 0}, 5));
        assertRefused(
                "%s holds 5 labels for the 6 images of %s".formatted(folder.resolve(LABELS), folder.resolve(IMAGES)));
    }

    @Test
    void anotherKindOfFileIsRefused() {
        byte[] floats = SIX_IMAGES.clone();
        floats[2] = 0x0D;
        for (byte[] content : List.of(floats, SIX_LABELS, "not an IDX file".getBytes(StandardCharsets.UTF_8))) {
            Path file = write(IMAGES, content);
            assertRefused(file + " is no IDX file of unsigned bytes with 3 axes");
        }
    }

    @ParameterizedTest
    @CsvSource({"''", ".gz"})
    void aFileThatIsShorterOrLongerThanItsHeaderSaysIsRefused(String ending) {
        for (int length : List.of(SIX_IMAGES.length - 1, SIX_IMAGES.length + 1)) {
            Path file = write(IMAGES + ending, Arrays.copyOf(SIX_IMAGES, length));
            assertRefused(file + " does not hold the 36 values that its header claims");
        }
    }

    @Test
    void aTruncatedFileIsRefused() {
        byte[] compressed = compressed(SIX_IMAGES);
        Path file = Images.write(folder.resolve(IMAGES + ".gz"), Arrays.copyOf(compressed, compressed.length - 12));
        assertRefused(file + " is truncated or damaged");
        Images.write(file, Arrays.copyOf(SIX_IMAGES, 7));
        assertRefused(file + " is truncated or damaged");
        Images.write(file, new byte[0]);
        assertRefused(file + " is truncated or damaged");
    }

    @Test
    void countsBeyondTheLargestFileAreRefused() {
        Path file = write(IMAGES, idx(new byte[9], Integer.MAX_VALUE, 28, 28));
        assertRefused(file + " claims more values than an IDX file may hold here (2 GiB)");
        write(IMAGES, idx(new byte[9], -1, 28, 28));
        assertRefused(file + " claims more values than an IDX file may hold here (2 GiB)");
    }

    @ParameterizedTest
    @CsvSource({"''", ".gz"})
    void countsThatNoSuchFileCouldHoldAreRefusedBeforeMemoryIsTaken(String ending) {
        // A gigabyte claimed by a file of some bytes; also more than compression could make of them.
        Path file = write(IMAGES + ending, idx(new byte[9], 1 << 20, 32, 32));
        long before = allocatedBytes();
        assertRefused(file + " does not hold the 1073741824 values that its header claims");
        assertThat(allocatedBytes() - before).isLessThan(64L << 20);
    }

    @Test
    void imagesWithoutPixelsOrWithTooManyAreRefused() {
        Path file = write(IMAGES, idx(new byte[0], 6, 0, 28));
        assertRefused(file + " claims images of 28 x 0 pixels; there must be 1 to 134217728 (data.max-pixels)");
        write(IMAGES, idx(new byte[0], 0, 1 << 20, 1 << 20));
        assertRefused(file + " claims images of 1048576 x 1048576 pixels; there must be 1 to 134217728"
                + " (data.max-pixels)");
    }

    @Test
    void aFileWithoutImagesIsRefused() {
        write(IMAGES, images(0));
        assertThatThrownBy(() -> open(folder.toString()))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("no images in " + folder + ": give ");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> open(folder.toString()))
                .isInstanceOf(DataException.class)
                .hasMessage(message);
    }

    private Datasets open(String path) {
        return Datasets.open(Configs.data(0), List.of(path), 0, 0);
    }

    private Path write(String name, byte[] content) {
        return Images.write(folder.resolve(name), name.endsWith(".gz") ? compressed(content) : content);
    }

    /** Images of 2 x 3 pixels, those of number 3 being the brightest. */
    private static byte[] images(int count) {
        byte[] values = new byte[6 * count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (250 - 10 * Math.abs(i / 6 - 3));
        }
        return idx(values, count, 2, 3);
    }

    private static byte[] idx(byte[] values, int... counts) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * counts.length + values.length);
        file.put(new byte[] {0, 0, 8, (byte) counts.length});
        Arrays.stream(counts).forEach(file::putInt);
        return file.put(values).array();
    }

    private static byte[] compressed(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream output = new GZIPOutputStream(bytes)) {
            output.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What this thread has taken from the heap so far. */
    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}

package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as NumPy's {@code save} writes them. */
public final class NpyImagesTest {
    private static final int PIXELS = 2 * 2 * 3;

    @TempDir
    Path folder;

    /** Writes an array as NumPy does: version 1.0, the header padded with spaces. */
    public static Path write(Path file, String type, String shape, byte[] values) throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
        return write(file, header, values);
    }

    private static Path write(Path file, String header, byte[] values) throws IOException {
        String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
        ByteBuffer bytes = ByteBuffer.allocate(10 + padded.length() + values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.ISO_8859_1))
                .put(values);
        return Files.write(file, bytes.array());
    }

    private Path images() throws IOException {
        byte[] pixels = new byte[4 * PIXELS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (5 * i);
        }
        return write(folder.resolve("fog.npy"), "|u1", "(4, 2, 2, 3)", pixels);
    }

    private Path labels(String type, byte[] values) throws IOException {
        return write(folder.resolve("labels.npy"), type, "(4,)", values);
    }

    @Test
    void rowsAreReadWithTheirLabels() throws Exception {
        Path images = images();
        Path labels = labels("|u1", new byte[] {3, 0, 9, 1});
        List<String> classes = NpyImages.classNames(labels);
        assertThat(classes).hasSize(10).startsWith("airplane", "automobile");
        NpyImages some = NpyImages.read(images, labels, 1, 2, classes);
        assertThat(some.size()).isEqualTo(2);
        assertThat(some.name(1)).isEqualTo("fog.npy#2");
        assertThat(some.label(0)).isZero();
        assertThat(some.label(1)).isEqualTo(9);
        try (PointerScope scope = new PointerScope()) {
            byte[] pixels = some.read(1).toBytes();
            assertThat(pixels).hasSize(PIXELS).startsWith(5 * 2 * PIXELS, 5 * (2 * PIXELS + 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"<i4, 4", "<i8, 8", "<u2, 2", "|i1, 1"})
    void labelsMayHaveAnyIntegerType(String type, int width) throws IOException {
        ByteBuffer values = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) {
            values.put(i * width, (byte) (20 * i));
        }
        Path labels = labels(type, values.array());
        List<String> classes = NpyImages.classNames(labels);
        assertThat(classes).hasSize(100).startsWith("apple", "aquarium_fish").endsWith("woman", "worm");
        assertThat(NpyImages.read(images(), labels, 0, 4, classes).label(3)).isEqualTo(60);
    }

    @Test
    void aNegativeLabelIsRefused() throws IOException {
        ByteBuffer values = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        values.putInt(-1).putInt(0).putInt(1).putInt(2);
        Path labels = labels("<i4", values.array());
        Path images = images();
        assertThatThrownBy(() -> NpyImages.read(images, labels, 0, 4, NpyImages.classNames(labels)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("labels.npy has the label -1 in row 0");
    }

    @Test
    void whatIsNoSuchFileIsRefusedInASentence() throws IOException {
        Path labels = labels("|u1", new byte[] {3, 0, 9, 1});
        Path file = folder.resolve("snow.npy");
        Files.writeString(file, "PK\u0003\u0004 and so on");
        refused(file, labels, "is no NumPy file");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(images()), 40));
        refused(file, labels, "truncated");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(images()), 64 + 64 + 3 * PIXELS));
        refused(file, labels, "truncated");
        write(file, "<f4", "(4, 2, 2, 3)", new byte[4 * 4 * PIXELS]);
        refused(file, labels, "array of integers in C order");
        write(file, "{'descr': '|u1', 'fortran_order': True, 'shape': (4, 2, 2, 3), }", new byte[4 * PIXELS]);
        refused(file, labels, "array of integers in C order");
        write(file, "|u1", "(4, 3, 2, 2)", new byte[4 * PIXELS]);
        refused(file, labels, "shape (N, H, W, 3)");
        write(file, "|u1", "(9999999999, 9999999999, 9999999999, 3)", new byte[PIXELS]);
        refused(file, labels, "truncated");
        write(file, "|u1", "(3, 2, 2, 3)", new byte[3 * PIXELS]);
        refused(file, labels, "rows");
        refused(images(), write(folder.resolve("few.npy"), "|u1", "(3,)", new byte[3]), "rows");
        refused(images(), images(), "a label for each of the 4 images");
        refused(folder.resolve("none.npy"), labels, "cannot be read");
    }

    private static void refused(Path images, Path labels, String words) {
        assertThatThrownBy(() ->
                        NpyImages.read(images, labels, 0, 4, List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(words);
    }
}

package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What libjpeg and libpng have to say of damaged files does not reach the terminal; what Java says does. */
final class DecoderMessagesTest {
    @TempDir
    private Path folder;

    @Test
    void theLibrariesPrintNothing() throws Exception {
        Path jpeg = Images.write(folder.resolve("a.jpg"), damaged());
        byte[] png = Images.bytes("colour.png");
        Path profile = Images.write(
                folder.resolve("b.png"), ExifFiles.inserted(png, 33, ExifFiles.chunk("iCCP", new byte[] {1, 2, 3})));
        Path empty = Images.write(
                folder.resolve("c.png"),
                ExifFiles.inserted(Arrays.copyOf(png, 33), 33, concat("IDAT", new byte[] {8, 29, 1})));
        Path output = folder.resolve("printed");
        try (ChildProcess child = new ChildProcess(
                output, Child.class.getName(), List.of(jpeg.toString(), profile.toString(), empty.toString()))) {
            assertThat(child.exitCode()).isZero();
        }
        assertThat(Files.readAllLines(output))
                .filteredOn(line -> !line.contains("WARNING") && !line.isEmpty())
                .containsExactly(
                        "a.jpg decoded",
                        "b.png decoded",
                        "c.png its pixels cannot be decoded: truncated, damaged or of an unusual kind",
                        "the end");
    }

    private static byte[] concat(String type, byte[] content) {
        byte[] pixels = ExifFiles.chunk(type, content);
        return ExifFiles.inserted(pixels, pixels.length, ExifFiles.chunk("IEND", new byte[0]));
    }

    /** A JPEG in the middle of whose pixels a marker stands. */
    private static byte[] damaged() {
        byte[] jpeg = Images.encoded(1, 400, 300, "jpg");
        int middle = jpeg.length / 2;
        jpeg[middle] = (byte) 0xFF;
        jpeg[middle + 1] = (byte) 0xD9;
        return jpeg;
    }

    /** Decodes the files that are named. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            for (String each : arguments) {
                Path file = Path.of(each);
                try (PointerScope scope = new PointerScope()) {
                    ImageDecoder.read(file, Reduction.NONE, Long.MAX_VALUE);
                    System.err.println(file.getFileName() + " decoded");
                } catch (BadImageException e) {
                    System.err.println(file.getFileName() + " " + e.reason());
                }
            }
            System.err.println("the end");
        }
    }
}

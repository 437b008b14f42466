package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scan and the decoder see the same side up, whatever the format and however the orientation is written. */
final class ExifOrientationTest {
    private static final int HEIGHT = 8;
    private static final int WIDTH = 12;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyTypeAndByteOrderTurnsEveryFormat(int orientation) throws Exception {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            for (int type : new int[] {3, 4, 5, 6, 8, 9, 10, 11, 12, 13}) {
                byte[] block = ExifFiles.block(order, type, 1, orientation);
                for (Map.Entry<String, byte[]> file : files(block).entrySet()) {
                    String name = file.getKey().split(" ", 2)[0];
                    assertThat(seen(file.getValue()))
                            .as("%s, %s, type %s", file.getKey(), order, type)
                            .isEqualTo(turned(Images.bytes(name), orientation));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255})
    void otherNumbersMeanUpright(int orientation) throws Exception {
        for (int type : new int[] {3, 4, 11, 12}) {
            assertUpright(ExifFiles.block(ByteOrder.BIG_ENDIAN, type, 1, orientation));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 0, 99})
    void otherTypesMeanUpright(int type) throws Exception {
        assertUpright(ExifFiles.block(ByteOrder.LITTLE_ENDIAN, type, 1, 6));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, Integer.MAX_VALUE, -1})
    void valuesThatDoNotStandInTheEntryMeanUpright(int count) throws Exception {
        assertUpright(ExifFiles.block(ByteOrder.LITTLE_ENDIAN, 3, count, 6));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void theOrientationOfATiffIsItsOwn(int orientation) throws Exception {
        int[] samples = new int[HEIGHT * WIDTH];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (i * 37) & 0xFF;
        }
        byte[] upright = new TiffFile(1, HEIGHT, WIDTH, samples, 8).bytes();
        byte[] file = new TiffFile(1, HEIGHT, WIDTH, samples, 8)
                .field(274, orientation)
                .bytes();
        assertThat(seen(file)).isEqualTo(turned(upright, orientation));
    }

    private static Map<String, byte[]> files(byte[] block) {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("colour.jpg", ExifFiles.jpeg(Images.bytes("colour.jpg"), block));
        files.put("colour.png before", ExifFiles.png(Images.bytes("colour.png"), block, false));
        files.put("colour.png behind", ExifFiles.png(Images.bytes("colour.png"), block, true));
        files.put("colour16.png before", ExifFiles.png(Images.bytes("colour16.png"), block, false));
        files.put("colour.webp plain", ExifFiles.webp("colour.webp", block, false));
        files.put("colour.webp named", ExifFiles.webp("colour.webp", block, true));
        return files;
    }

    private static void assertUpright(byte[] block) throws Exception {
        for (Map.Entry<String, byte[]> file : files(block).entrySet()) {
            String name = file.getKey().split(" ", 2)[0];
            assertThat(seen(file.getValue())).as(file.getKey()).isEqualTo(turned(Images.bytes(name), 1));
        }
    }

    private record Seen(String scanned, String decoded, List<Integer> rgb) {}

    private static Seen seen(byte[] file) throws BadImageException, IOException {
        HeaderCheck check = Scanned.of(file);
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = Decoded.of(file);
            return seen(
                    check.width() + " x " + check.height(), image.width() + " x " + image.height(), image.toBytes());
        }
    }

    private static Seen seen(String scanned, String decoded, byte[] rgb) {
        Integer[] values = new Integer[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            values[i] = rgb[i] & 0xFF;
        }
        return new Seen(scanned, decoded, List.of(values));
    }

    /** The image of a file without EXIF, turned as EXIF 2.32 says: where its first row and column are in truth. */
    private static Seen turned(byte[] file, int orientation) throws BadImageException {
        byte[] stored;
        try (PointerScope scope = new PointerScope()) {
            stored = Decoded.of(file).toBytes();
        }
        int height = orientation < 5 ? HEIGHT : WIDTH;
        int width = orientation < 5 ? WIDTH : HEIGHT;
        byte[] rgb = new byte[stored.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int[] from = switch (orientation) {
                    case 2 -> new int[] {y, WIDTH - 1 - x};
                    case 3 -> new int[] {HEIGHT - 1 - y, WIDTH - 1 - x};
                    case 4 -> new int[] {HEIGHT - 1 - y, x};
                    case 5 -> new int[] {x, y};
                    case 6 -> new int[] {HEIGHT - 1 - x, y};
                    case 7 -> new int[] {HEIGHT - 1 - x, WIDTH - 1 - y};
                    case 8 -> new int[] {x, WIDTH - 1 - y};
                    default -> new int[] {y, x};
                };
                System.arraycopy(stored, 3 * (from[0] * WIDTH + from[1]), rgb, 3 * (y * width + x), 3);
            }
        }
        String size = width + " x " + height;
        return seen(size, size, rgb);
    }
}

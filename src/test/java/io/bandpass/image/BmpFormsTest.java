package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BMPs with all headers, depths and masks, written by hand: each is decoded exactly or refused with the reason. */
final class BmpFormsTest {
    private static final int HEIGHT = 5;
    private static final int WIDTH = 11;

    @ParameterizedTest
    @ValueSource(ints = {12, 16, 40, 52, 56, 64, 108, 124})
    void indicesOfAllDepthsNameTheColoursOfThePalette(int header) throws Exception {
        for (int bits : new int[] {1, 2, 4, 8}) {
            int[] palette = palette(1 << bits);
            byte[] expected = new byte[3 * HEIGHT * WIDTH];
            for (int i = 0; i < HEIGHT * WIDTH; i++) {
                put(expected, i, palette[index(i, bits)]);
            }
            assertThat(pixels(bmp(header, bits, 0, true, new long[0], palette))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 16, 40, 52, 56, 64, 108, 124})
    void withoutMasksChannelsStandInTheUsualOrder(int header) throws Exception {
        for (int bits : new int[] {16, 24, 32}) {
            long[] usual = bits == 16 ? new long[] {0x7C00, 0x3E0, 0x1F} : new long[] {0xFF0000, 0xFF00, 0xFF};
            assertThat(pixels(bmp(header, bits, 0, true, new long[0]))).isEqualTo(masked(bits, usual));
            if (header > 16) {
                assertThat(pixels(bmp(header, bits, 0, false, new long[0]))).isEqualTo(masked(bits, usual));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "16, 7C00, 3E0, 1F",
        "16, F800, 7E0, 1F",
        "16, F00, F0, F",
        "16, 1F, 7E0, F800",
        "16, 1, 2, FFFC",
        "24, FF0000, FF00, FF",
        "24, FF, FF00, FF0000",
        "24, F80000, FC00, 1F",
        "32, FF0000, FF00, FF",
        "32, FF, FF00, FF0000",
        "32, FF000000, FF0000, FF00",
        "32, FF00, FF0000, FF000000",
        "32, 3FF00000, FFC00, 3FF",
        "32, FFC00000, 3FF000, FFC",
        "32, F000000, F0000, F00",
        "32, FFFF0000, FF00, FF"
    })
    void masksTellWhereTheChannelsAre(int bits, String red, String green, String blue) throws Exception {
        long[] masks = {Long.parseLong(red, 16), Long.parseLong(green, 16), Long.parseLong(blue, 16)};
        byte[] expected = masked(bits, masks);
        for (int header : new int[] {40, 52, 56, 108, 124}) {
            assertThat(pixels(bmp(header, bits, 3, true, masks)))
                    .as("header %s", header)
                    .isEqualTo(expected);
            assertThat(pixels(bmp(header, bits, 6, false, masks)))
                    .as("header %s", header)
                    .isEqualTo(expected);
        }
    }

    @Test
    void runsAreSpreadOut() throws Exception {
        int[] palette = palette(256);
        // Three of 7, four as they are, to the next line; then two rows up and one pixel on.
        byte[] runs = {3, 7, 0, 4, 1, 2, 3, 4, 100, 9, 0, 0, 2, 5, 0, 2, 1, 2, 1, 6, 0, 1};
        int[][] rows = {{7, 7, 7, 1, 2, 3, 4, 9, 9, 9, 9}, {5, 5}, {}, {0, 0, 0, 6}, {}};
        assertThat(pixels(bmp(40, 8, 1, true, new long[0], palette, runs))).isEqualTo(rows(rows, palette));
        int[] few = palette(16);
        byte[] halves = {5, 0x12, 0, 3, 0x34, 0x50, 9, 0x67, 0, 0, 0, 1};
        int[][] halfRows = {{1, 2, 1, 2, 1, 3, 4, 5, 6, 7, 6}, {}, {}, {}, {}};
        assertThat(pixels(bmp(40, 4, 2, true, new long[0], few, halves))).isEqualTo(rows(halfRows, few));
        for (int length = 0; length < runs.length; length++) {
            byte[] part = Arrays.copyOf(runs, length);
            assertThatThrownBy(() -> pixels(bmp(40, 8, 1, true, new long[0], palette, part)))
                    .hasMessageStartingWith("its pixels cannot be decoded");
        }
    }

    @Test
    void theLengthOfTheFileInItsHeaderDoesNotCount() throws Exception {
        byte[] bmp = bmp(40, 24, 0, true, new long[0]);
        byte[] expected = pixels(bmp);
        for (int length : new int[] {0, 1, -1, bmp.length + 1000}) {
            ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(2, length);
            assertThat(pixels(bmp)).isEqualTo(expected);
            assertThat(Scanned.of(bmp)).isEqualTo(HeaderCheck.image(ImageFormat.BMP, WIDTH, HEIGHT));
        }
        assertThatThrownBy(() -> pixels(Arrays.copyOf(bmp, bmp.length - 4)))
                .hasMessageStartingWith("its pixels cannot be decoded");
    }

    @Test
    void whatIsNotReadSaysSo() throws IOException {
        byte[] good = bmp(40, 24, 0, true, new long[0]);
        for (int header : new int[] {0, 13, 65, 125}) {
            assertThat(changed(good, 14, header))
                    .isEqualTo("it is a BMP with a header of " + header + " bytes, which none of its versions has");
        }
        assertThat(changed(good, 28, 7))
                .isEqualTo("it is a BMP with 7 bits per pixel; those with 1, 2, 4, 8, 16, 24 and 32 are read");
        assertThat(changed(good, 30, 5))
                .isEqualTo("it is a BMP with 24 bits per pixel and compression 5, which is not read");
        assertThat(changed(good, 18, Integer.MIN_VALUE)).isEqualTo("its header claims -2147483648 x 5 pixels");
        assertThat(changed(good, 22, Integer.MIN_VALUE)).isEqualTo("its header claims 11 x 2147483648 pixels");
        assertThat(changed(bmp(40, 32, 3, true, new long[] {0xFF, 0xFF00, 0}), 2, 0))
                .isEqualTo("it is a BMP whose masks of red, green and blue are not one row of bits each");
        assertThat(changed(bmp(40, 32, 3, true, new long[] {0xFF, 0xFF00, 0x50000}), 2, 0))
                .isEqualTo("it is a BMP whose masks of red, green and blue are not one row of bits each");
        assertThat(changed(bmp(64, 32, 3, true, new long[0]), 2, 0)).endsWith("compression 3, which is not read");
    }

    private static String changed(byte[] bmp, int position, int value) throws IOException {
        byte[] changed = bmp.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(position, value);
        return String.valueOf(Scanned.of(changed).reason());
    }

    private static int[] palette(int count) {
        int[] palette = new int[count];
        Arrays.setAll(palette, i -> (0x123456 + 0x0A0B0D * i) & 0xFFFFFF);
        return palette;
    }

    private static void put(byte[] rgb, int pixel, int colour) {
        for (int c = 0; c < 3; c++) {
            rgb[3 * pixel + c] = (byte) (colour >> (16 - 8 * c));
        }
    }

    private static int index(int pixel, int bits) {
        return ((pixel * 0x9E3779B1) >>> 7) & ((1 << bits) - 1);
    }

    private static long value(int pixel, int bits) {
        return ((pixel * 0x9E3779B97F4A7C15L) >>> 13) & ((1L << bits) - 1);
    }

    /** The first row stands last. */
    private static byte[] rows(int[][] rows, int[] palette) {
        byte[] rgb = new byte[3 * HEIGHT * WIDTH];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                put(rgb, (HEIGHT - 1 - y) * WIDTH + x, palette[x < rows[y].length ? rows[y][x] : 0]);
            }
        }
        return rgb;
    }

    /** Up to eight bits are spread as Pillow does it, of more the highest count. */
    private static byte[] masked(int bits, long[] masks) {
        byte[] rgb = new byte[3 * HEIGHT * WIDTH];
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
            for (int c = 0; c < 3; c++) {
                long part = (value(i, bits) & masks[c]) / Long.lowestOneBit(masks[c]);
                int width = Long.bitCount(masks[c]);
                rgb[3 * i + c] = (byte) (width > 8 ? part >> (width - 8) : part * 255 / ((1L << width) - 1));
            }
        }
        return rgb;
    }

    private static byte[] bmp(int header, int bits, int compression, boolean bottomUp, long[] masks, int... palette) {
        return bmp(header, bits, compression, bottomUp || header == 12, masks, palette, new byte[0]);
    }

    private static byte[] bmp(
            int header, int bits, int compression, boolean bottomUp, long[] masks, int[] palette, byte[] runs) {
        ByteBuffer file = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'B', 'M'}).putInt(0).putInt(0).putInt(0).putInt(header);
        if (header == 12) {
            file.putShort((short) WIDTH)
                    .putShort((short) HEIGHT)
                    .putShort((short) 1)
                    .putShort((short) bits);
        } else {
            file.putInt(WIDTH)
                    .putInt(bottomUp ? HEIGHT : -HEIGHT)
                    .putShort((short) 1)
                    .putShort((short) bits);
        }
        if (header >= 20) {
            file.putInt(compression);
        }
        if (masks.length > 0) {
            file.position(14 + 40);
            for (long mask : masks) {
                file.putInt((int) mask);
            }
            // The mask of an opacity.
            file.putInt(header == 40 && compression == 3 ? 0 : 0x1234);
            file.position(header == 40 ? 14 + 40 + (compression == 6 ? 16 : 12) : 14 + header);
        } else {
            file.position(14 + header);
        }
        for (int colour : palette) {
            file.put((byte) colour).put((byte) (colour >> 8)).put((byte) (colour >> 16));
            if (header > 12) {
                file.put((byte) 0x77);
            }
        }
        file.putInt(10, file.position());
        file.put(runs);
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int row = 0; row < HEIGHT && (compression != 1 && compression != 2); row++) {
            int y = bottomUp ? HEIGHT - 1 - row : row;
            rows.writeBytes(row(y, bits));
        }
        file.put(rows.toByteArray());
        return Arrays.copyOf(file.array(), file.position());
    }

    private static byte[] row(int y, int bits) {
        byte[] row = new byte[(WIDTH * bits + 31) / 32 * 4];
        for (int x = 0; x < WIDTH; x++) {
            int pixel = y * WIDTH + x;
            if (bits < 8) {
                row[x * bits / 8] |= (byte) (index(pixel, bits) << (8 - bits - x * bits % 8));
            } else {
                long value = bits == 8 ? index(pixel, bits) : value(pixel, bits);
                for (int i = 0; i < bits / 8; i++) {
                    row[x * bits / 8 + i] = (byte) (value >> (8 * i));
                }
            }
        }
        return row;
    }

    private static byte[] pixels(byte[] bytes) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = Decoded.of(bytes);
            assertThat(image.height()).isEqualTo(HEIGHT);
            assertThat(image.width()).isEqualTo(WIDTH);
            return image.toBytes();
        }
    }
}

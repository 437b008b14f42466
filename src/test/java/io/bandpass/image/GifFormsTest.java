package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GIFs of all screens, frames and palettes, written block by block. */
final class GifFormsTest {
    private static final int HEIGHT = 19;
    private static final int WIDTH = 23;

    /** What a file is made of; the defaults are those of a plain one. */
    private static final class Gif {
        private int screenWidth = WIDTH;
        private int screenHeight = HEIGHT;
        private int left;
        private int top;
        private int bits = 4;
        private int background;
        private int transparent = -1;
        private int disposal;
        private boolean interlaced;
        private boolean local;
        private boolean withoutPalette;
        private int frames = 1;
        private boolean ended = true;

        byte[] bytes() {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            file.writeBytes(new byte[] {'G', 'I', 'F', '8', '9', 'a'});
            word(file, screenWidth);
            word(file, screenHeight);
            file.write(withoutPalette ? 0x70 : 0xF0 | (bits - 1));
            file.write(background);
            file.write(0);
            if (!withoutPalette) {
                file.writeBytes(palette(bits, 1));
            }
            file.writeBytes(new byte[] {0x21, (byte) 0xFE, 3, 'a', 'b', 'c', 0});
            for (int i = 0; i < frames; i++) {
                frame(file, i);
            }
            if (ended) {
                file.write(0x3B);
            }
            return file.toByteArray();
        }

        private void frame(ByteArrayOutputStream file, int number) {
            file.writeBytes(
                    new byte[] {0x21, (byte) 0xF9, 4, (byte) ((disposal << 2) | (transparent >= 0 ? 1 : 0)), 9, 0});
            file.write(transparent);
            file.write(0);
            file.write(0x2C);
            word(file, left);
            word(file, top);
            word(file, WIDTH);
            word(file, HEIGHT);
            file.write((local ? 0x80 | (bits - 1) : 0) | (interlaced ? 0x40 : 0));
            if (local) {
                file.writeBytes(palette(bits, 2));
            }
            byte[] ordered = new byte[HEIGHT * WIDTH];
            int row = 0;
            int[][] passes = interlaced ? new int[][] {{0, 8}, {4, 8}, {2, 4}, {1, 2}} : new int[][] {{0, 1}};
            for (int[] pass : passes) {
                for (int y = pass[0]; y < HEIGHT; y += pass[1]) {
                    System.arraycopy(indices(number, bits), y * WIDTH, ordered, WIDTH * row++, WIDTH);
                }
            }
            file.write(Math.max(2, bits));
            byte[] codes = LzwCodes.ofGif(ordered, Math.max(2, bits));
            for (int i = 0; i < codes.length; i += 100) {
                int length = Math.min(100, codes.length - i);
                file.write(length);
                file.write(codes, i, length);
            }
            file.write(0);
        }

        byte[] expected() {
            int width = Math.max(screenWidth, left + WIDTH);
            int height = Math.max(screenHeight, top + HEIGHT);
            byte[] palette = withoutPalette ? greys() : palette(bits, local ? 2 : 1);
            byte[] rgb = new byte[3 * width * height];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    boolean inside = y >= top && y < top + HEIGHT && x >= left && x < left + WIDTH;
                    int index =
                            inside ? indices(0, bits)[(y - top) * WIDTH + x - left] & 0xFF : Math.max(0, transparent);
                    System.arraycopy(palette, 3 * index, rgb, 3 * (y * width + x), 3);
                }
            }
            return rgb;
        }
    }

    private static void word(ByteArrayOutputStream file, int value) {
        file.write(value);
        file.write(value >> 8);
    }

    private static byte[] palette(int bits, int number) {
        byte[] palette = new byte[3 << bits];
        new Random(number).nextBytes(palette);
        return palette;
    }

    private static byte[] greys() {
        byte[] greys = new byte[768];
        for (int i = 0; i < greys.length; i++) {
            greys[i] = (byte) (i / 3);
        }
        return greys;
    }

    private static byte[] indices(int frame, int bits) {
        byte[] indices = new byte[HEIGHT * WIDTH];
        Random random = new Random(frame);
        for (int i = 0; i < indices.length; i++) {
            indices[i] = i % 3 == 0 ? (byte) random.nextInt(1 << bits) : indices[i - 1];
        }
        return indices;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyPaletteIsTaken(int bits) throws Exception {
        for (boolean local : new boolean[] {false, true}) {
            for (boolean interlaced : new boolean[] {false, true}) {
                Gif gif = new Gif();
                gif.bits = bits;
                gif.local = local;
                gif.interlaced = interlaced;
                assertExact(gif);
            }
        }
        Gif grey = new Gif();
        grey.bits = bits;
        grey.withoutPalette = true;
        assertExact(grey);
    }

    @Test
    void screensOfAllSizesShowTheFirstFrame() throws Exception {
        for (int[] screen : new int[][] {{WIDTH, HEIGHT}, {40, 30}, {5, 5}, {0, 0}, {5, 60}}) {
            for (int[] place : new int[][] {{0, 0}, {3, 0}, {4, 9}}) {
                for (int transparent : new int[] {-1, 5}) {
                    Gif gif = new Gif();
                    gif.screenWidth = screen[0];
                    gif.screenHeight = screen[1];
                    gif.left = place[0];
                    gif.top = place[1];
                    gif.transparent = transparent;
                    gif.background = 200;
                    assertExact(gif);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void whatComesAfterTheFirstFrameDoesNotMatter(int disposal) throws Exception {
        Gif gif = new Gif();
        gif.disposal = disposal;
        gif.frames = 3;
        gif.transparent = 3;
        assertExact(gif);
        gif.ended = false;
        assertExact(gif);
    }

    @Test
    void aFrameThatEndsEarlyIsRefused() throws Exception {
        Gif gif = new Gif();
        gif.ended = false;
        byte[] whole = gif.bytes();
        for (int missing = 3; missing < whole.length - 60; missing += 7) {
            byte[] part = Arrays.copyOf(whole, whole.length - missing);
            assertThatThrownBy(() -> pixels(part)).as("without %s", missing).isInstanceOf(BadImageException.class);
        }
    }

    @Test
    void aScreenOfManyPixelsIsSeenWhateverTheFrame() throws IOException {
        Gif gif = new Gif();
        gif.screenWidth = 16000;
        gif.screenHeight = 16001;
        assertThat(Scanned.of(gif.bytes()).refusal(100_000_000))
                .isEqualTo("its header claims 16000 x 16001 pixels, more than data.max-pixels 100000000");
        gif.screenWidth = 1;
        gif.left = 65000;
        gif.top = 65000;
        assertThat(Scanned.of(gif.bytes()))
                .isEqualTo(HeaderCheck.image(ImageFormat.GIF, 65000 + WIDTH, 65000 + HEIGHT));
    }

    private static void assertExact(Gif gif) throws Exception {
        byte[] bytes = gif.bytes();
        assertThat(pixels(bytes)).isEqualTo(gif.expected());
        assertThat(Scanned.of(bytes).width()).isEqualTo(Math.max(gif.screenWidth, gif.left + WIDTH));
        assertThat(Scanned.of(bytes).height()).isEqualTo(Math.max(gif.screenHeight, gif.top + HEIGHT));
    }

    private static byte[] pixels(byte[] bytes) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            return Decoded.of(bytes).toBytes();
        }
    }
}

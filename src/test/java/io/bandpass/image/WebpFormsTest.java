package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.Images;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebPs in their extended form, put together from the chunks of plain ones. */
final class WebpFormsTest {
    private static final int HEIGHT = 8;
    private static final int WIDTH = 12;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void anAnimationIsItsFirstFrameOnTheCanvas(int frames) throws Exception {
        for (int[] place : new int[][] {{0, 0}, {4, 6}}) {
            byte[] file = animation(30, 20, place[0], place[1], frames);
            assertThat(Scanned.of(file)).isEqualTo(HeaderCheck.image(ImageFormat.WEBP, 30, 20));
            byte[] frame = pixels(Images.bytes("colour.webp"));
            byte[] expected = new byte[3 * 30 * 20];
            for (int y = 0; y < HEIGHT; y++) {
                int target = 3 * ((place[1] + y) * 30 + place[0]);
                System.arraycopy(frame, 3 * WIDTH * y, expected, target, 3 * WIDTH);
            }
            assertThat(pixels(file)).isEqualTo(expected);
        }
    }

    @Test
    void aCanvasOfManyPixelsIsSeenWhateverTheFrames() throws Exception {
        byte[] file = animation(16384, 16384, 0, 0, 2);
        assertThat(Scanned.of(file).refusal(1 << 27))
                .isEqualTo("its header claims 16384 x 16384 pixels, more than data.max-pixels 134217728");
    }

    @Test
    void aPictureOfAnotherSizeThanItsCanvasIsRefused() throws Exception {
        byte[] plain = Images.bytes("colour.webp");
        byte[] frame = Arrays.copyOfRange(plain, 12, plain.length);
        byte[] extended = {0, 0, 0, 0, 20, 0, 0, 20, 0, 0};
        byte[] file = ExifFiles.riff(ExifFiles.riffChunk("VP8X", extended), frame);
        assertThat(Scanned.of(file)).isEqualTo(HeaderCheck.image(ImageFormat.WEBP, 21, 21));
        assertThatThrownBy(() -> pixels(file)).isInstanceOf(BadImageException.class);
    }

    private static byte[] animation(int width, int height, int left, int top, int frames) {
        byte[] plain = Images.bytes("colour.webp");
        byte[][] chunks = new byte[2 + frames][];
        chunks[0] = ExifFiles.riffChunk(
                "VP8X",
                new byte[] {2, 0, 0, 0, low(width - 1), high(width - 1), 0, low(height - 1), high(height - 1), 0});
        chunks[1] = ExifFiles.riffChunk("ANIM", new byte[6]);
        byte[] frame = Arrays.copyOfRange(plain, 12, plain.length);
        byte[] head = {(byte) (left / 2), 0, 0, (byte) (top / 2), 0, 0, WIDTH - 1, 0, 0, HEIGHT - 1, 0, 0, 50, 0, 0, 0};
        for (int i = 0; i < frames; i++) {
            chunks[2 + i] = ExifFiles.riffChunk("ANMF", ExifFiles.inserted(head, head.length, frame));
        }
        return ExifFiles.riff(chunks);
    }

    private static byte low(int value) {
        return (byte) value;
    }

    private static byte high(int value) {
        return (byte) (value >> 8);
    }

    private static byte[] pixels(byte[] bytes) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            return Decoded.of(bytes).toBytes();
        }
    }
}

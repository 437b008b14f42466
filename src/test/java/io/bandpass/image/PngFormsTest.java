package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.Images;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PNGs of all kinds, written chunk by chunk, with what else may stand in them. */
final class PngFormsTest {
    private static final int HEIGHT = 6;
    private static final int WIDTH = 9;
    private static final int START = 8 + 12 + 13;

    @ParameterizedTest
    @CsvSource({
        "0, 1", "0, 2", "0, 4", "0, 8", "0, 16", "2, 8", "2, 16", "3, 1", "3, 2", "3, 4", "3, 8", "4, 8", "4, 16",
        "6, 8", "6, 16"
    })
    void everyKindIsDecodedExactly(int colourType, int bits) throws Exception {
        byte[] plain = png(colourType, bits);
        byte[] expected = expected(colourType, bits);
        assertThat(pixels(plain)).isEqualTo(expected);
        assertThat(pixels(withChunks(plain, odd(colourType)))).isEqualTo(expected);
    }

    /** Chunks that are wrong in themselves or for the kind: none of them belongs to the pixels. */
    private static byte[] odd(int colourType) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        chunks.writeBytes(ExifFiles.chunk("iCCP", new byte[] {1, 2, 3}));
        chunks.writeBytes(ExifFiles.chunk("gAMA", new byte[4]));
        chunks.writeBytes(ExifFiles.chunk("sBIT", new byte[] {99}));
        chunks.writeBytes(ExifFiles.chunk("cHRM", new byte[3]));
        if (colourType != 3) {
            chunks.writeBytes(ExifFiles.chunk("PLTE", new byte[4]));
        }
        chunks.writeBytes(ExifFiles.chunk("tRNS", new byte[7]));
        chunks.writeBytes(ExifFiles.chunk("bKGD", new byte[9]));
        byte[] broken = ExifFiles.chunk("tEXt", new byte[5]);
        broken[broken.length - 1] ^= 1;
        chunks.writeBytes(broken);
        return chunks.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 1000})
    void anAnimationIsItsPicture(int frames) throws Exception {
        byte[] plain = png(2, 8);
        byte[] control =
                ExifFiles.chunk("acTL", ByteBuffer.allocate(8).putInt(frames).array());
        byte[] expected = expected(2, 8);
        assertThat(pixels(withChunks(plain, control))).as("no frame").isEqualTo(expected);
        // Only a part of the picture, or all of it, or more than there is, belongs to the animation.
        for (int[] place : new int[][] {{WIDTH, HEIGHT, 0, 0}, {2, 3, 1, 1}, {50, 60, 7, 8}}) {
            ByteBuffer frame = ByteBuffer.allocate(26).putInt(0);
            Arrays.stream(place).forEach(frame::putInt);
            byte[] before = withChunks(plain, concat(control, ExifFiles.chunk("fcTL", frame.array())));
            assertThat(pixels(before)).isEqualTo(expected);
            byte[] after = ExifFiles.inserted(
                    withChunks(plain, control),
                    withChunks(plain, control).length - 12,
                    concat(ExifFiles.chunk("fcTL", frame.array()), ExifFiles.chunk("fdAT", new byte[20])));
            assertThat(pixels(after)).isEqualTo(expected);
        }
    }

    @Test
    void whatIsDamagedIsRefusedBeforeTheDecoderSeesIt() {
        byte[] plain = png(2, 8);
        for (int i = START; i < plain.length; i++) {
            byte[] changed = plain.clone();
            changed[i] ^= 0x10;
            assertThatThrownBy(() -> pixels(changed)).as("byte %s", i).isInstanceOf(BadImageException.class);
        }
        for (int i = 0; i < plain.length; i++) {
            byte[] part = Arrays.copyOf(plain, i);
            assertThatThrownBy(() -> pixels(part)).as("length %s", i).isInstanceOf(BadImageException.class);
        }
    }

    @Test
    void pixelsThatEndEarlyAreRefused() {
        byte[] plain = png(2, 8);
        byte[] shorter = Arrays.copyOf(plain, START);
        byte[] rows = Arrays.copyOf(rows(2, 8), rows(2, 8).length - 30);
        byte[] file = concat(
                shorter, concat(ExifFiles.chunk("IDAT", Deflated.of(rows)), ExifFiles.chunk("IEND", new byte[0])));
        assertThatThrownBy(() -> pixels(file)).hasMessageStartingWith("its pixels cannot be decoded");
    }

    @Test
    void theFormOfAppleIsNamed() throws Exception {
        byte[] plain = Images.bytes("colour.png");
        byte[] apple = ExifFiles.inserted(plain, 8, ExifFiles.chunk("CgBI", new byte[4]));
        assertThat(Scanned.of(apple).reason()).isEqualTo("it is a PNG in Apple's own form (CgBI), which is not read");
    }

    private static byte[] withChunks(byte[] png, byte[] chunks) {
        // A palette keeps its place before the pixels.
        return ExifFiles.inserted(png, START, chunks);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        return ExifFiles.inserted(a, a.length, b);
    }

    private static int samples(int colourType) {
        return switch (colourType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    private static int sample(int number, int bits) {
        return ((number * 0x9E3779B1) >>> 9) & ((1 << bits) - 1);
    }

    private static byte[] palette(int bits) {
        byte[] palette = new byte[3 << bits];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (byte) (i * 41 + 5);
        }
        return palette;
    }

    private static byte[] expected(int colourType, int bits) {
        byte[] rgb = new byte[3 * HEIGHT * WIDTH];
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
            for (int c = 0; c < 3; c++) {
                int first = sample(i * samples(colourType), bits);
                boolean colour = colourType == 2 || colourType == 6;
                int value = colour ? sample(i * samples(colourType) + c, bits) : first;
                rgb[3 * i + c] = colourType == 3
                        ? palette(bits)[3 * first + c]
                        : (byte) Math.round(255.0 * value / ((1 << bits) - 1));
            }
        }
        return rgb;
    }

    private static byte[] rows(int colourType, int bits) {
        int samples = samples(colourType);
        byte[] rows = new byte[HEIGHT * (1 + (WIDTH * samples * bits + 7) / 8)];
        int stride = rows.length / HEIGHT;
        for (int i = 0; i < HEIGHT * WIDTH * samples; i++) {
            int place = i % (WIDTH * samples) * bits;
            int at = i / (WIDTH * samples) * stride + 1 + place / 8;
            int value = sample(i, bits);
            if (bits == 16) {
                rows[at] = (byte) (value >> 8);
                rows[at + 1] = (byte) value;
            } else {
                rows[at] |= (byte) (value << (8 - bits - place % 8));
            }
        }
        return rows;
    }

    private static byte[] png(int colourType, int bits) {
        ByteBuffer header = ByteBuffer.allocate(13)
                .putInt(WIDTH)
                .putInt(HEIGHT)
                .put((byte) bits)
                .put((byte) colourType);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        png.writeBytes(ExifFiles.chunk("IHDR", header.array()));
        if (colourType == 3) {
            png.writeBytes(ExifFiles.chunk("PLTE", palette(bits)));
        }
        byte[] packed = Deflated.of(rows(colourType, bits));
        png.writeBytes(ExifFiles.chunk("IDAT", Arrays.copyOf(packed, 20)));
        png.writeBytes(ExifFiles.chunk("IDAT", Arrays.copyOfRange(packed, 20, packed.length)));
        png.writeBytes(ExifFiles.chunk("IEND", new byte[0]));
        return png.toByteArray();
    }

    private static byte[] pixels(byte[] bytes) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            return Decoded.of(bytes).toBytes();
        }
    }
}

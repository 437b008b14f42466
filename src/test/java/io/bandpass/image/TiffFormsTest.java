package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TIFFs of all kinds, written sample by sample: each is decoded exactly or refused with the reason. */
final class TiffFormsTest {
    private static final int HEIGHT = 13;
    private static final int WIDTH = 19;
    private static final String CUT = "its pixels cannot be decoded: truncated, damaged or of an unusual kind";

    private record Kind(String name, int photometric, int[] bits) {
        @Override
        public String toString() {
            return name;
        }

        int samples() {
            return bits.length;
        }
    }

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        for (int bits = 1; bits <= 16; bits++) {
            kinds.add(new Kind("white is zero, " + bits, 0, new int[] {bits}));
            kinds.add(new Kind("black is zero, " + bits, 1, new int[] {bits}));
            kinds.add(new Kind("RGB, " + bits, 2, new int[] {bits, bits, bits}));
            if (bits <= 8) {
                kinds.add(new Kind("palette, " + bits, 3, new int[] {bits}));
            }
        }
        for (int bits : new int[] {8, 16}) {
            kinds.add(new Kind("grey with alpha, " + bits, 1, new int[] {bits, bits}));
            kinds.add(new Kind("RGB with alpha, " + bits, 2, new int[] {bits, bits, bits, bits}));
            kinds.add(new Kind("RGB with two more, " + bits, 2, new int[] {bits, bits, bits, bits, bits}));
            kinds.add(new Kind("CMYK, " + bits, 5, new int[] {bits, bits, bits, bits}));
        }
        kinds.add(new Kind("RGB of unequal bits", 2, new int[] {5, 6, 5}));
        return kinds;
    }

    private static int[] samples(Kind kind) {
        int[] samples = new int[HEIGHT * WIDTH * kind.samples()];
        for (int i = 0; i < samples.length; i++) {
            int mask = (1 << kind.bits()[i % kind.samples()]) - 1;
            // Runs of equal values as well as noise.
            samples[i] = ((i / 5 * 0x9E3779B1) >>> 13) & mask;
        }
        samples[0] = 0;
        return samples;
    }

    private static TiffFile file(Kind kind, int[] samples) {
        TiffFile file = new TiffFile(kind.photometric(), HEIGHT, WIDTH, samples, kind.bits());
        return kind.photometric() == 3 ? file.field(320, palette(kind.bits()[0])) : file;
    }

    private static long[] palette(int bits) {
        long[] palette = new long[3 << bits];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (i * 7919L + 300) % 65536;
        }
        return palette;
    }

    /** Worked out with real numbers, pixel by pixel. */
    private static byte[] expected(Kind kind, int[] samples) {
        byte[] rgb = new byte[HEIGHT * WIDTH * 3];
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
            double[] level = new double[kind.samples()];
            for (int s = 0; s < level.length; s++) {
                level[s] = Math.round(255.0 * samples[i * level.length + s] / ((1 << kind.bits()[s]) - 1));
            }
            for (int c = 0; c < 3; c++) {
                double value = switch (kind.photometric()) {
                    case 0 -> 255 - level[0];
                    case 1 -> level[0];
                    case 2 -> level[c];
                    case 3 -> palette(kind.bits()[0])[(c << kind.bits()[0]) + samples[i * level.length]] >> 8;
                    default -> 255 - level[3] - Math.round(level[c] * (255 - level[3]) / 255);
                };
                rgb[3 * i + c] = (byte) (int) value;
            }
        }
        return rgb;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyLayoutIsDecodedExactly(Kind kind) throws Exception {
        int[] samples = samples(kind);
        byte[] expected = expected(kind, samples);
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            for (int compression :
                    new int[] {TiffFile.NONE, TiffFile.LZW, TiffFile.DEFLATE, TiffFile.OLD_DEFLATE, TiffFile.PACK_BITS
                    }) {
                for (String layout : List.of("whole", "strips", "tiles", "small tiles", "reversed", "BigTIFF")) {
                    for (boolean planar : new boolean[] {false, true}) {
                        TiffFile file = laidOut(file(kind, samples), layout)
                                .order(order)
                                .compressed(compression);
                        byte[] bytes = (planar ? file.planar() : file).bytes();
                        assertThat(pixels(bytes))
                                .as("%s, %s, compression %s, planar %s", order, layout, compression, planar)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    private static TiffFile laidOut(TiffFile file, String layout) {
        return switch (layout) {
            case "strips" -> file.strips(4);
            case "tiles" -> file.tiles(16, 16);
            case "small tiles" -> file.tiles(8, 64);
            case "reversed" -> file.reversed();
            case "BigTIFF" -> file.large().strips(5);
            default -> file;
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void differencesAreAddedUp(int bits) throws Exception {
        for (Kind kind :
                List.of(new Kind("grey", 1, new int[] {bits}), new Kind("colour", 2, new int[] {bits, bits, bits}))) {
            int[] samples = samples(kind);
            for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                for (int compression : new int[] {TiffFile.LZW, TiffFile.DEFLATE}) {
                    for (String layout : List.of("strips", "tiles")) {
                        TiffFile file = laidOut(file(kind, samples), layout)
                                .order(order)
                                .compressed(compression)
                                .withDifferences();
                        byte[] expected = expected(kind, samples);
                        assertThat(pixels(file.bytes())).isEqualTo(expected);
                        assertThat(pixels(file.planar().bytes())).isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    void anOpacityThatColoursWereMultipliedWithIsTakenOut() throws Exception {
        Kind kind = new Kind("RGB", 2, new int[] {8, 8, 8, 8});
        int[] samples = new int[HEIGHT * WIDTH * 4];
        for (int i = 0; i < samples.length; i += 4) {
            samples[i] = 100;
            samples[i + 1] = 50;
            samples[i + 2] = 7;
            samples[i + 3] = 128;
        }
        byte[] pixels = pixels(file(kind, samples).field(338, 1).bytes());
        assertThat(Arrays.copyOf(pixels, 3)).containsExactly(199, 99, 13);
        assertThat(pixels(file(kind, samples).field(338, 1).planar().bytes())).isEqualTo(pixels);
        assertThat(Arrays.copyOf(pixels(file(kind, samples).field(338, 2).bytes()), 3))
                .containsExactly(100, 50, 7);
    }

    @Test
    void paletteLevelsOfEightBitsAreTakenAsTheyAre() throws Exception {
        long[] palette = new long[12];
        Arrays.setAll(palette, i -> 20L * i);
        int[] samples = new int[HEIGHT * WIDTH];
        samples[0] = 3;
        byte[] pixels = pixels(
                new TiffFile(3, HEIGHT, WIDTH, samples, 2).field(320, palette).bytes());
        assertThat(Arrays.copyOf(pixels, 6)).containsExactly(60, (byte) 140, (byte) 220, 0, 80, (byte) 160);
    }

    @ParameterizedTest
    @ValueSource(ints = {TiffFile.NONE, TiffFile.LZW, TiffFile.DEFLATE, TiffFile.PACK_BITS})
    void blocksThatEndEarlyAreRefused(int compression) {
        Kind kind = new Kind("RGB", 2, new int[] {8, 8, 8});
        for (String layout : List.of("whole", "strips")) {
            for (boolean planar : new boolean[] {false, true}) {
                TiffFile file = laidOut(file(kind, samples(kind)), layout)
                        .compressed(compression)
                        .withoutLastRows();
                byte[] bytes = (planar ? file.planar() : file).bytes();
                assertThatThrownBy(() -> pixels(bytes)).as(layout).hasMessage(CUT);
            }
        }
        byte[] whole = file(kind, samples(kind)).compressed(compression).bytes();
        // The lengths are shortened, so that what follows is not taken for pixels.
        TiffFile shortened = file(kind, samples(kind)).compressed(compression).field(279, whole.length / 3);
        assertThatThrownBy(() -> pixels(shortened.bytes())).hasMessage(CUT);
    }

    @Test
    void whatIsNotReadSaysSo() {
        Kind grey = new Kind("grey", 1, new int[] {8});
        Kind deep = new Kind("grey", 1, new int[] {16});
        assertRefused(
                file(deep, samples(deep)).field(339, 2),
                "it is a TIFF that has samples with a sign, which is not read");
        assertRefused(
                file(deep, samples(deep)).field(339, 3),
                "it is a TIFF that has samples that are no whole numbers, which is not read");
        assertRefused(
                file(grey, samples(grey)).field(258, 32),
                "it is a TIFF that has 32 bits per sample, of which 1 to 16 are read, which is not read");
        assertRefused(
                file(grey, samples(grey)).field(262, 8), "it is a TIFF that has colours in L*a*b*, which is not read");
        assertRefused(
                file(grey, samples(grey)).field(262, 32803),
                "it is a TIFF that has colours of the kind 32803, which is not read");
        assertRefused(
                file(grey, samples(grey)).compressed(4),
                "it is a TIFF that is compressed as a fax (CCITT), which is not read");
        assertRefused(
                file(grey, samples(grey)).compressed(50000),
                "it is a TIFF that is compressed by Zstandard, which is not read");
        assertRefused(file(grey, samples(grey)).without(262), "damaged: its directory lacks the field 262");
        assertRefused(
                file(grey, samples(grey)).strips(3).field(273, 8),
                "damaged: it holds fewer than the 5 blocks of its pixels");
        assertRefused(
                file(grey, samples(grey)).compressed(5).field(317, 3),
                "it is a TIFF that has the predictor 3 with 8 bits per sample, which is not read");
    }

    @Test
    void sizesWithoutSignAreNamedAsTheyAre() throws IOException {
        TiffFile file = new TiffFile(1, 1, 1, new int[1], 8);
        byte[] bytes = file.bytes();
        ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int entry = numbers.getInt(4) + 2;
        assertThat(numbers.getShort(entry)).isEqualTo((short) 256);
        numbers.putInt(entry + 8, 0x80000000);
        assertThat(scanned(bytes).reason()).isEqualTo("its header claims 2147483648 x 1 pixels");
    }

    @Test
    void aTagThatStandsTwiceIsRefused() throws IOException {
        byte[] bytes = new TiffFile(1, 2, 2, new int[4], 8).bytes();
        ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int entry = numbers.getInt(4) + 2;
        for (int tag : new int[] {256, 257}) {
            byte[] twice = bytes.clone();
            ByteBuffer.wrap(twice).order(ByteOrder.LITTLE_ENDIAN).putShort(entry, (short) tag);
            ByteBuffer.wrap(twice).order(ByteOrder.LITTLE_ENDIAN).putShort(entry + 12, (short) tag);
            assertThat(scanned(twice).reason()).isEqualTo("damaged: its directory has the field " + tag + " twice");
        }
    }

    private static void assertRefused(TiffFile file, String reason) {
        byte[] bytes = file.bytes();
        assertThatThrownBy(() -> pixels(bytes))
                .isInstanceOf(BadImageException.class)
                .hasMessage(reason);
        try {
            assertThat(scanned(bytes).reason()).isEqualTo(reason);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HeaderCheck scanned(byte[] bytes) throws IOException {
        return Scanned.of(bytes);
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

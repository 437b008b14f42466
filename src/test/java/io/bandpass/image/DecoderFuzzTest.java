package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.bandpass.testing.Images;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small valid files with bytes changed, lost or overwritten: the answer is an image or a reason, and comes soon. */
final class DecoderFuzzTest {
    private static final int MUTATIONS = 250;
    private static final long LIMIT = 1_000_000;
    /** Of the processor, so that a busy machine changes nothing. */
    private static final long LONGEST_NANOSECONDS = 1_000_000_000;

    /** Numbers at the ends of their ranges. */
    private static final byte[][] ODD = {
        {0},
        {-1},
        {127},
        {-128},
        {-1, -1},
        {-1, 127},
        {-1, -1, -1, -1},
        {-1, -1, -1, 127},
        {127, -1, -1, -1},
        {0, 0, 0, 0},
        {0, 0, 0, -128},
        {1, 0, 0, 0},
        {-1, -1, -1, -1, -1, -1, -1, 127},
        {0, 0, 0, 0, 0, 0, 0, -128}
    };

    private static List<Named<byte[]>> files() {
        int[] grey = new int[7 * 9];
        Arrays.setAll(grey, i -> (i * 37) & 0xFF);
        int[] colours = new int[3 * 7 * 9];
        Arrays.setAll(colours, i -> (i * 11) & 0xFF);
        return List.of(
                Named.of("TIFF", new TiffFile(2, 7, 9, colours, 8, 8, 8).bytes()),
                Named.of(
                        "TIFF, LZW",
                        tiff(colours).compressed(TiffFile.LZW).withDifferences().bytes()),
                Named.of(
                        "TIFF, Deflate, tiles",
                        tiff(colours).compressed(TiffFile.DEFLATE).tiles(4, 16).bytes()),
                Named.of(
                        "TIFF, PackBits, planar",
                        tiff(colours)
                                .compressed(TiffFile.PACK_BITS)
                                .strips(3)
                                .planar()
                                .bytes()),
                Named.of(
                        "BigTIFF, tiles",
                        new TiffFile(1, 7, 9, grey, 8).large().tiles(16, 16).bytes()),
                Named.of("BMP", Images.encoded(1, 9, 7, "bmp")),
                Named.of("BMP, runs", runs()),
                Named.of("GIF", Images.encoded(1, 9, 7, "gif")),
                Named.of("PNG", Images.encoded(1, 9, 7, "png")),
                Named.of("JPEG", Images.encoded(1, 9, 7, "jpg")),
                Named.of("WebP", webp()));
    }

    private static TiffFile tiff(int[] colours) {
        return new TiffFile(2, 7, 9, colours, 8, 8, 8);
    }

    /** 4 x 2 pixels of 8 bits: a run, literals, a move, the end. */
    private static byte[] runs() {
        return HexFormat.of()
                .parseHex("424d00000000000000003e000000" + "28000000" + "04000000" + "02000000" + "01000800"
                        + "01000000"
                        + "00000000" + "00000000" + "00000000" + "02000000" + "00000000" + "10203000" + "40506000"
                        + "0401" + "0000" + "0003000100" + "00" + "00020100" + "0001");
    }

    private static byte[] webp() {
        try (PointerScope scope = new PointerScope()) {
            Mat image = imdecode(
                    new Mat(Images.encoded(1, 9, 7, "png")), org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR);
            BytePointer encoded = new BytePointer();
            assertThat(imencode(".webp", image, encoded)).isTrue();
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            return bytes;
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void theAnswerIsAnImageOrAReason(byte[] whole) {
        assertThat(isDecoded(whole, "unchanged")).isTrue();
        Random random = new Random(20260101);
        for (int i = 0; i < MUTATIONS; i++) {
            isDecoded(mutated(whole, random), "mutation " + i);
        }
    }

    private static byte[] mutated(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int change = random.nextInt(4); change >= 0; change--) {
            // Headers stand at the start of some formats, at the end of others.
            int at = switch (random.nextInt(3)) {
                case 0 -> random.nextInt(Math.min(64, bytes.length));
                case 1 -> bytes.length - 1 - random.nextInt(Math.min(200, bytes.length));
                default -> random.nextInt(bytes.length);
            };
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                default -> {
                    byte[] odd = ODD[random.nextInt(ODD.length)];
                    System.arraycopy(odd, 0, bytes, at, Math.min(odd.length, bytes.length - at));
                }
            }
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    @Test
    void filesOfAFewBytesHaveAReason() throws Exception {
        for (Named<byte[]> file : files()) {
            byte[] whole = file.getPayload();
            for (int length = 0; length <= 20; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                String what = file.getName() + ", " + length + " bytes";
                assertThat(isDecoded(part, what)).as(what).isFalse();
                assertThat(Scanned.of(part).reason()).as(what).isNotBlank();
            }
        }
    }

    private static boolean isDecoded(byte[] bytes, String what) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        boolean decoded;
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = Decoded.of(bytes, Reduction.NONE, LIMIT);
            assertThat((long) image.height() * image.width()).as(what).isBetween(1L, LIMIT);
            decoded = true;
        } catch (BadImageException e) {
            assertThat(e.reason()).as(what).isNotBlank();
            decoded = false;
        } catch (RuntimeException | OutOfMemoryError e) {
            throw new AssertionError(what + " of " + HexFormat.of().formatHex(bytes), e);
        }
        assertThat(threads.getCurrentThreadCpuTime() - start).as(what).isLessThan(LONGEST_NANOSECONDS);
        return decoded;
    }
}

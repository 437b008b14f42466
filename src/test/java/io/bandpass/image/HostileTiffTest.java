package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TIFFs that nobody's program writes: they cost no more than others, and none is decoded by guess. */
final class HostileTiffTest {
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int OFFSETS = 324;
    private static final int LENGTHS = 325;

    /** A BigTIFF in tiles whose fields say something else than what there is. */
    private static TiffFile tiled(int height, int width) {
        return new TiffFile(1, height, width, filled(height * width), 8)
                .large()
                .tiles(height, width)
                .field(266, 1)
                .field(284, 1);
    }

    private static int[] filled(int count) {
        int[] samples = new int[count];
        Arrays.fill(samples, 77);
        return samples;
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 1000, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void aTileMayBeAnyHigherThanItsImage(long height) throws Exception {
        // Another colour each time, which memory that nobody has written does not hold.
        int colour = 100 + Long.numberOfLeadingZeros(height);
        int[] samples = new int[4 * 6];
        Arrays.fill(samples, colour);
        TiffFile file = new TiffFile(1, 4, 6, samples, 8).large().tiles(4, 6);
        byte[] pixels = pixels(TiffFiles.with(file, TILE_HEIGHT, height));
        assertThat(pixels).hasSize(3 * 4 * 6).containsOnly(colour);
    }

    @Test
    void aHigherTileIsReadAsFarAsTheImageGoes() throws Exception {
        int[] samples = new int[20 * 6];
        Arrays.setAll(samples, i -> i);
        byte[] pixels = pixels(new TiffFile(1, 20, 6, samples, 8).tiles(16, 16).bytes());
        for (int i = 0; i < samples.length; i++) {
            assertThat(pixels[3 * i]).isEqualTo((byte) i);
        }
    }

    @Test
    void tilesThatAreMuchLargerThanTheImageAreRefused() throws Exception {
        // One row of file stands for all: a million rows of a million pixels would be read for a column.
        TiffFile file = new TiffFile(1, 1_000_000, 1, new int[1_000_000], 8).tiles(1_000_000, 1);
        String reason = "its tiles, 1000000 pixels wide, hold more than 16 times the 1 x 1000000 pixels of the image";
        byte[] bytes = TiffFiles.with(file, TILE_WIDTH, 1_000_000);
        assertThat(Scanned.of(bytes).reason()).isEqualTo(reason);
        assertThatThrownBy(() -> pixels(bytes)).hasMessage(reason);
    }

    @Test
    void aWideTileOfASmallImageIsTaken() throws Exception {
        assertThat(pixels(new TiffFile(1, 3, 5, filled(15), 8).tiles(1024, 1024).bytes()))
                .hasSize(45)
                .containsOnly(77);
    }

    @Test
    void memoryIsTakenForThePixelsOfTheImageNotOfItsTiles() throws Exception {
        int[] bits = new int[32];
        Arrays.fill(bits, 8);
        TiffFile file = new TiffFile(1, 1, 1, filled(32), bits).tiles(1, 1).after(new byte[1 << 16]);
        byte[] bytes = TiffFiles.with(file, TILE_WIDTH, 1_000_000);
        // What is claimed to be there is not.
        assertThat(allocated(() -> assertThatThrownBy(() -> pixels(bytes)).hasMessage(BadImageException.UNDECODABLE)))
                .isLessThan(8L << 20);
    }

    @Test
    void aRowOfManyPortionsIsDecodedExactly() throws Exception {
        int width = 10_001;
        int[] samples = new int[2 * width * 3];
        Arrays.setAll(samples, i -> (i * 31 + i / 7) & 0x1F);
        for (int compression : new int[] {TiffFile.NONE, TiffFile.LZW}) {
            for (int bits : new int[] {5, 8, 16}) {
                TiffFile file = new TiffFile(2, 2, width, samples, bits, bits, bits).compressed(compression);
                if (bits >= 8 && compression == TiffFile.LZW) {
                    file.withDifferences();
                }
                byte[] pixels = pixels(file.bytes());
                byte[] planar = pixels(file.planar().bytes());
                assertThat(planar).isEqualTo(pixels);
                double highest = (1 << bits) - 1;
                for (int i = 0; i < samples.length; i++) {
                    assertThat(pixels[i] & 0xFF).isEqualTo((int) Math.round(255 * samples[i] / highest));
                }
            }
        }
    }

    @Test
    void numbersBeyondThoseOfLongAreNotCutOff() throws Exception {
        long one = Long.MIN_VALUE + 1;
        for (int tag : new int[] {259, 262, 258, 277, 284, 266}) {
            TiffFile file = tiled(2, 2).compressed(1);
            byte[] bytes = TiffFiles.with(file, tag, one);
            assertThat(Scanned.of(bytes).reason()).as("field %s", tag).contains("which is not read");
        }
        byte[] behind = TiffFiles.with(tiled(2, 2), OFFSETS, -1);
        assertThatThrownBy(() -> pixels(behind)).hasMessage(BadImageException.UNDECODABLE);
        assertThat(pixels(TiffFiles.with(tiled(2, 2), LENGTHS, -1))).containsOnly(77);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 65535})
    void layoutsAndOrdersThatDoNotExistAreRefused(int number) throws Exception {
        assertThat(Scanned.of(tiled(2, 2).field(284, number).bytes()).reason())
                .isEqualTo("it is a TIFF that has " + number
                        + " for the layout of samples (field 284), which can be 1 or 2, which is not read");
        assertThat(Scanned.of(tiled(2, 2).field(266, number).bytes()).reason())
                .isEqualTo("it is a TIFF that has " + number
                        + " for the order of bits (field 266), which can be 1 or 2, which is not read");
    }

    @Test
    void numbersOfBitsThatMayBeReadInTwoWaysAreRefused() throws Exception {
        int[] samples = filled(3 * 4);
        String reason = "it is a TIFF that has 16 bits in some of its samples and other numbers in others,"
                + " which is not read";
        byte[] mixed = new TiffFile(2, 2, 2, samples, 8, 16, 8).bytes();
        assertThat(Scanned.of(mixed).reason()).isEqualTo(reason);
        assertThatThrownBy(() -> pixels(mixed)).hasMessage(reason);
        // A plane for itself is clear.
        byte[] planar = new TiffFile(2, 2, 2, samples, 8, 16, 8).planar().bytes();
        assertThat(Arrays.copyOf(pixels(planar), 3)).containsExactly(77, 0, 77);
    }

    @Test
    void theOldFormOfLzwIsNamed() throws Exception {
        // Codes of 9 bits, the lowest first: clear (256), 77 twice, end (257).
        int[] codes = {256, 77, 77, 257};
        long held = 0;
        for (int i = 0; i < codes.length; i++) {
            held |= (long) codes[i] << (9 * i);
        }
        byte[] block = new byte[5];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (held >> (8 * i));
        }
        String reason = "it is a TIFF that is compressed by LZW in the form from before TIFF 5.0, which is not read";
        TiffFile file = new TiffFile(1, 1, 2, filled(2), 8).compressed(TiffFile.LZW);
        byte[] bytes = file.after(block).field(273, 8).field(279, 5).bytes();
        assertThat(Scanned.of(bytes).reason()).isEqualTo(reason);
        assertThatThrownBy(() -> pixels(bytes)).hasMessage(reason);
    }

    @Test
    void levelsOfAPaletteBeyondTheirBitsAreRefused() {
        byte[] bytes = new TiffFile(3, 2, 2, new int[4], 1)
                .field(320, 0, 65536 + 5, 0, 0, 0, 0)
                .bytes();
        assertThatThrownBy(() -> pixels(bytes)).hasMessage(BadImageException.UNDECODABLE);
    }

    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static byte[] pixels(byte[] bytes) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            return Decoded.of(bytes).toBytes();
        }
    }
}

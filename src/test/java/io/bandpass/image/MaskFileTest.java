package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bandpass.image.MaskRaster.Kind;
import io.bandpass.testing.Images;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MaskFileTest {
    private static final int WIDTH = 13;
    private static final int HEIGHT = 7;
    private static final long MOST = 10_000;

    @TempDir
    private Path folder;

    private Path write(String name, BufferedImage image) throws IOException {
        Path file = folder.resolve(name);
        assertThat(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile()))
                .isTrue();
        return file;
    }

    private static int[] values(int below) {
        return IntStream.range(0, WIDTH * HEIGHT).map(i -> i * 31 % below).toArray();
    }

    private static BufferedImage filled(BufferedImage image, int[] values) {
        WritableRaster raster = image.getRaster();
        raster.setSamples(0, 0, WIDTH, HEIGHT, 0, values);
        return image;
    }

    /** A palette in which no index looks like its colour. */
    private static BufferedImage indexed(int bits) {
        int size = 1 << bits;
        byte[] levels = new byte[size];
        IntStream.range(0, size).forEach(i -> levels[i] = (byte) (255 - 7 * i));
        IndexColorModel palette = new IndexColorModel(bits, size, levels, levels, levels);
        BufferedImage image = bits == 8
                ? new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED, palette)
                : new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_BINARY, palette);
        return filled(image, values(size));
    }

    @ParameterizedTest
    @CsvSource({"1,png", "2,png", "4,png", "8,png", "8,gif", "8,bmp", "1,bmp", "4,bmp", "8,tif"})
    void anIndexIsNeverAColour(int bits, String ending) throws Exception {
        MaskRaster mask = MaskFile.read(write("mask." + ending, indexed(bits)), MOST);
        assertThat(mask.kind()).isEqualTo(Kind.PALETTE);
        assertThat(mask.values()).isEqualTo(values(1 << bits));
        assertThat(mask.palette()[1]).isEqualTo(0xF8F8F8);
        assertThat(mask.height()).isEqualTo(HEIGHT);
        assertThat(mask.width()).isEqualTo(WIDTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tif", "bmp", "gif"})
    void greyIsItsValue(String ending) throws Exception {
        BufferedImage image = filled(new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY), values(256));
        MaskRaster mask = MaskFile.read(write("mask." + ending, image), MOST);
        assertThat(mask.values()).isEqualTo(values(256));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tif"})
    void sixteenBitsStay(String ending) throws Exception {
        BufferedImage image = filled(new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_USHORT_GRAY), values(65_536));
        MaskRaster mask = MaskFile.read(write("mask." + ending, image), MOST);
        assertThat(mask.values()).isEqualTo(values(65_536));
        assertThat(mask.kind()).isEqualTo(Kind.NUMBERS);
        assertThat(mask.form()).isEqualTo("16-bit grey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tif", "bmp"})
    void coloursArePacked(String ending) throws Exception {
        MaskRaster mask = MaskFile.read(write("mask." + ending, Images.drawn(3, WIDTH, HEIGHT)), MOST);
        assertThat(mask.kind()).isEqualTo(Kind.COLOURS);
        int[] expected = Images.drawn(3, WIDTH, HEIGHT).getRGB(0, 0, WIDTH, HEIGHT, null, 0, WIDTH);
        assertThat(mask.values())
                .isEqualTo(Arrays.stream(expected).map(rgb -> rgb & 0xFFFFFF).toArray());
    }

    @Test
    void threeEqualChannelsAreNumbers() throws Exception {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB);
        int[] values = values(21);
        IntStream.range(0, values.length)
                .forEach(i -> image.setRGB(i % WIDTH, i / WIDTH, (i % 200 + 50) << 24 | values[i] * 0x010101));
        MaskRaster mask = MaskFile.read(write("mask.png", image), MOST);
        assertThat(mask.kind()).isEqualTo(Kind.NUMBERS);
        assertThat(mask.values()).isEqualTo(values);
        assertThat(mask.form()).isEqualTo("8-bit RGBA");
    }

    @Test
    void aRasterTurnsAsItsImage() {
        int[] stored = {0, 1, 2, 3, 4, 5}; // 2 rows, 3 columns
        List<int[]> turned = List.of(
                new int[] {0, 1, 2, 3, 4, 5},
                new int[] {2, 1, 0, 5, 4, 3},
                new int[] {5, 4, 3, 2, 1, 0},
                new int[] {3, 4, 5, 0, 1, 2},
                new int[] {0, 3, 1, 4, 2, 5},
                new int[] {3, 0, 4, 1, 5, 2},
                new int[] {5, 2, 4, 1, 3, 0},
                new int[] {2, 5, 1, 4, 0, 3});
        MaskRaster mask = new MaskRaster(stored, 2, 3, Kind.NUMBERS, new int[0], "8-bit grey");
        for (int orientation = 1; orientation <= 8; orientation++) {
            MaskRaster upright = mask.turned(orientation);
            assertThat(upright.values()).as("orientation %d", orientation).isEqualTo(turned.get(orientation - 1));
            assertThat(upright.height()).isEqualTo(orientation < 5 ? 2 : 3);
        }
    }

    @Test
    void lossyFilesAreRefused() throws Exception {
        assertReason(write("mask.jpg", Images.drawn(1, WIDTH, HEIGHT)), "a JPEG cannot be a mask");
        // The name does not matter.
        Path disguised = Files.move(folder.resolve("mask.jpg"), folder.resolve("other.png"));
        assertReason(disguised, "a JPEG cannot be a mask");
        assertReason(Images.path("colour.webp"), "a WebP is not read as a mask");
    }

    @Test
    void filesThatAreNoMasks() throws IOException {
        assertReason(Files.write(folder.resolve("empty.png"), new byte[0]), "the file is empty");
        assertReason(Files.createDirectory(folder.resolve("x.png")), "it is a folder");
        assertReason(folder.resolve("absent.png"), "the file is not there");
        assertReason(Files.writeString(folder.resolve("text.png"), "no mask"), "its content is none of");
        assertReason(
                Files.write(folder.resolve("huge.png"), Images.pngHeader(2_000_000_000, 2_000_000_000)),
                "more than data.max-pixels 10000");
        assertReason(write("deep.png", deepColours()), "its colours have 16 bits in each channel");
    }

    private static BufferedImage deepColours() {
        return new BufferedImage(
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB),
                        false,
                        false,
                        Transparency.OPAQUE,
                        DataBuffer.TYPE_USHORT),
                Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, WIDTH, HEIGHT, 3, null),
                false,
                null);
    }

    private static void assertReason(Path file, String reason) {
        assertThatThrownBy(() -> MaskFile.read(file, MOST))
                .isInstanceOf(BadImageException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "tif"})
    @Timeout(60)
    void aTruncatedFileIsRefusedWhereverItEnds(String ending) throws Exception {
        byte[] whole = Files.readAllBytes(write("mask." + ending, indexed(8)));
        // The last bytes of a BMP fill its row up.
        for (int length = 0; length < whole.length - 3; length += 3) {
            Path cut = Files.write(folder.resolve("cut." + ending), Arrays.copyOf(whole, length));
            assertThat(catchThrowable(() -> MaskFile.read(cut, MOST)))
                    .as("%s of %d of %d bytes", ending, length, whole.length)
                    .isInstanceOf(BadImageException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "tif"})
    @Timeout(60)
    void damageIsRefusedOrReadButNeverThrows(String ending) throws Exception {
        byte[] whole = Files.readAllBytes(write("mask." + ending, indexed(8)));
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            for (int k = 0; k < 3; k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("damaged." + ending), damaged);
            Throwable thrown = catchThrowable(() -> MaskFile.read(file, MOST));
            assertThat(thrown == null || thrown instanceof BadImageException)
                    .as("%s %d: %s", ending, i, thrown)
                    .isTrue();
        }
    }
}

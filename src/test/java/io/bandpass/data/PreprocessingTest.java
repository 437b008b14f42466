package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.PreprocessConfig;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.image.Pixels;
import io.bandpass.image.Resize;
import io.bandpass.image.RgbImage;
import io.bandpass.testing.FakeImages;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PreprocessingTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "7, 1", "8, 8", "33, 20", "9, 8", "1, 30000", "30000, 1"})
    void everyShapeComesOutAsTheSquare(int height, int width) {
        try (PointerScope scope = new PointerScope()) {
            Tensor square =
                    new Preprocessing(8).apply(RgbImage.of(new byte[3 * height * width], height, width), "image");
            assertThat(Tensors.shape(square)).containsExactly(3, 8, 8);
        }
    }

    @Test
    void theMiddleOfTheLongerSideIsKept() {
        try (PointerScope scope = new PointerScope()) {
            Tensor square = new Preprocessing(2).apply(RgbImage.of(columns(2, 6), 2, 6), "image");
            assertThat(Pixels.of(square)).containsExactly(2, 2, 2, 3, 3, 3, 2, 2, 2, 3, 3, 3);
        }
    }

    @Test
    void theMiddleOfALongStripIsKeptWithoutEnlargingTheRest() {
        int width = 101;
        try (PointerScope scope = new PointerScope()) {
            Tensor square = new Preprocessing(1).apply(RgbImage.of(columns(1, width), 1, width), "image");
            assertThat(Pixels.of(square)).containsExactly(50, 50, 50);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "8, 8", "33, 20", "30000, 1"})
    void squashTakesEveryShapeToo(int height, int width) {
        try (PointerScope scope = new PointerScope()) {
            Tensor square = new Preprocessing(8, PreprocessConfig.squash())
                    .apply(RgbImage.of(new byte[3 * height * width], height, width), "image");
            assertThat(Tensors.shape(square)).containsExactly(3, 8, 8);
        }
    }

    @Test
    void squashKeepsBothEnds() {
        try (PointerScope scope = new PointerScope()) {
            Tensor whole = new Preprocessing(2, PreprocessConfig.squash())
                    .apply(RgbImage.of(columns(2, 100), 2, 100), "image");
            byte[] pixels = Pixels.of(whole);
            assertThat((int) pixels[0]).isBetween(15, 35);
            assertThat((int) pixels[3]).isBetween(64, 84);
        }
    }

    @Test
    void aRatioCutsTheMiddleOutOfALargerResize() {
        PreprocessConfig ratio = PreprocessConfig.crop(0.5);
        assertThat(ratio.resizedFor(4)).isEqualTo(8);
        assertThat(PreprocessConfig.crop(0.875).resizedFor(224)).isEqualTo(256);
        try (PointerScope scope = new PointerScope()) {
            // Already as large as it is resized to, so that pixels stay.
            Tensor square = new Preprocessing(4, ratio).apply(RgbImage.of(columns(8, 8), 8, 8), "image");
            assertThat(Arrays.copyOf(Pixels.of(square), 12)).containsExactly(2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5);
        }
    }

    /** The right column is timm's {@code math.floor(size / crop_pct)}, by Python. */
    @ParameterizedTest
    @CsvSource({
        "224, 0.95, 235", "224, 0.875, 256", "224, 0.9, 248", "224, 0.96, 233", "224, 0.965, 232", "224, 0.8, 280",
        "224, 0.7, 320", "224, 1.0, 224", "256, 0.875, 292", "256, 0.94, 272", "288, 0.95, 303", "288, 0.9, 320",
        "299, 0.875, 341", "384, 0.95, 404", "160, 0.95, 168", "196, 0.875, 224", "240, 0.875, 274", "380, 0.922, 412",
        "331, 0.911, 363", "28, 0.875, 32", "32, 0.875, 36", "63, 0.7, 90", "49, 0.7, 70", "21, 0.3, 70",
        "147, 0.49, 300", "1, 0.3, 3"
    })
    void theResizeIsRoundedDownAsTimmDoes(int size, double ratio, int resized) {
        assertThat(PreprocessConfig.crop(ratio).resizedFor(size)).isEqualTo(resized);
    }

    /**
     * The longer side is torchvision's {@code int(size * long / short)}, and what is cut off before the middle its {@code
     * int(round((long - crop) / 2))}, by Python. Columns of one colour each stay such where nothing is enlarged.
     */
    @ParameterizedTest
    @CsvSource({
        // shorter side, longer side, size, ratio, first column
        "8, 13, 8, 1.0, 2",
        "8, 15, 8, 1.0, 4",
        "8, 9, 8, 1.0, 0",
        "8, 11, 8, 1.0, 2",
        "11, 11, 8, 0.7, 2",
        "235, 235, 224, 0.95, 6"
    })
    void theMiddleBeginsWhereTorchvisionsDoes(int shorter, int longer, int size, double ratio, int first) {
        Preprocessing preprocessing = new Preprocessing(size, PreprocessConfig.crop(ratio));
        try (PointerScope scope = new PointerScope()) {
            Tensor wide = preprocessing.apply(RgbImage.of(columns(shorter, longer), shorter, longer), "image");
            assertThat(Pixels.of(wide)[0]).isEqualTo((byte) first);
            Tensor high = preprocessing.apply(RgbImage.of(rows(longer, shorter), longer, shorter), "image");
            assertThat(Pixels.of(high)[0]).isEqualTo((byte) first);
        }
    }

    /** 3 x 5 at 8 px is 8 x 13, not 8 x 13.3 or more; what it then is equals a resize to exactly that. */
    @ParameterizedTest
    @CsvSource({"3, 5, 8, 13", "3, 8, 8, 21", "375, 500, 256, 341", "333, 500, 256, 384", "7, 20, 10, 28"})
    void theLongerSideIsRoundedDownAsTorchvisionDoes(int shorter, int longer, int size, int resized) {
        byte[] pixels = new byte[3 * shorter * longer];
        new Random(3).nextBytes(pixels);
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = RgbImage.of(pixels, shorter, longer);
            Tensor expected = Resize.bicubic(image.view(), size, resized)
                    .narrow(3, (long) Math.rint((resized - size) / 2.0), size)
                    .squeeze(0);
            assertThat(Pixels.of(new Preprocessing(size).apply(image, "image"))).isEqualTo(Pixels.of(expected));
        }
    }

    @Test
    void noneTakesPixelsAsTheyAreAndNoOtherSize() {
        byte[] pixels = new byte[3 * 16 * 16];
        new Random(1).nextBytes(pixels);
        Preprocessing none = new Preprocessing(16, PreprocessConfig.none());
        try (PointerScope scope = new PointerScope()) {
            Tensor image = none.apply(RgbImage.of(pixels, 16, 16), "image");
            assertThat(Pixels.of(image)).isEqualTo(pixels);
            assertThatThrownBy(() -> none.apply(RgbImage.of(new byte[3 * 16 * 17], 16, 17), "cat.png"))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("cat.png has 17 x 16 pixels")
                    .hasMessageContaining("16 x 16");
        }
    }

    @Test
    void imagesThatCannotBeReadAreLeftOutAndNoted() {
        FakeImages source = new FakeImages(5).broken(1, 3);
        UnreadableImages bad = badOf(5, 0.5);
        try (PointerScope scope = new PointerScope()) {
            Prepared batch = new Preprocessing(4).batch(source, new int[] {0, 1, 2, 3}, bad);
            assertThat(batch.indices()).containsExactly(0, 2);
            assertThat(Tensors.shape(batch.images())).containsExactly(2, 3, 4, 4);
            assertThat(bad.reasons().keySet()).containsExactly("image-1", "image-3");
        }
    }

    @Test
    void tooManyImagesThatCannotBeReadStopTheEvaluationToo() {
        FakeImages source = new FakeImages(5).broken(1, 3);
        UnreadableImages bad = badOf(5, 0.2);
        try (PointerScope scope = new PointerScope()) {
            Preprocessing preprocessing = new Preprocessing(4);
            assertThatThrownBy(() -> preprocessing.batch(source, new int[] {0, 1, 2, 3}, bad))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("2 of 5 images cannot be read");
        }
    }

    private static UnreadableImages badOf(int files, double largestFraction) {
        UnreadableImages bad = new UnreadableImages(largestFraction);
        bad.count(files);
        return bad;
    }

    /** Every pixel holds the number of its row. */
    private static byte[] rows(int height, int width) {
        byte[] pixels = new byte[3 * height * width];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 3 / width);
        }
        return pixels;
    }

    /** Every pixel holds the number of its column. */
    private static byte[] columns(int height, int width) {
        byte[] pixels = new byte[3 * height * width];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 3 % width);
        }
        return pixels;
    }
}

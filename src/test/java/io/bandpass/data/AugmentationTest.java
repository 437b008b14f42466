package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.AugmentConfig;
import io.bandpass.config.Words;
import io.bandpass.image.BadImageException;
import io.bandpass.image.Pixels;
import io.bandpass.image.RgbImage;
import io.bandpass.testing.FakeImages;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AugmentationTest {
    private static final AugmentConfig PUBLISHED = new AugmentConfig(List.of(0.2, 1.0), List.of(0.75, 4 / 3.0), 0.5);
    private static final List<Double> GREY = List.of(0.5, 0.5, 0.5);
    private static final int IMAGE = 128;
    private static final int SIZE = 32;
    private static final int QUARTER = SIZE / 4;

    /** A crop, measured on what came out of it. */
    private record Crop(double left, double right, double top, double bottom, boolean flipped) {
        double area() {
            return (right - left) * (bottom - top);
        }

        double aspect() {
            return (right - left) / (bottom - top);
        }
    }

    @Test
    void cropsHaveTheAskedAreasAndAspectsAndLieAnywhere() {
        List<Crop> crops = crops(PUBLISHED, 400);
        assertThat(crops).allSatisfy(crop -> {
            assertThat(crop.area()).isBetween(0.19, 1.01);
            assertThat(crop.aspect()).isBetween(0.73, 1.36);
            assertThat(crop.left()).isGreaterThan(-0.01);
            assertThat(crop.top()).isGreaterThan(-0.01);
            assertThat(crop.right()).isLessThan(1.01);
            assertThat(crop.bottom()).isLessThan(1.01);
        });
        // Both ends of the ranges are reached, small crops more often: large ones of many aspects do not fit.
        assertThat(crops).anyMatch(crop -> crop.area() < 0.25).anyMatch(crop -> crop.area() > 0.9);
        assertThat(crops).anyMatch(crop -> crop.aspect() < 0.8).anyMatch(crop -> crop.aspect() > 1.25);
        assertThat(crops).anyMatch(crop -> crop.left() > 0.4).anyMatch(crop -> crop.right() < 0.6);
        assertThat(crops).anyMatch(crop -> crop.top() > 0.4).anyMatch(crop -> crop.bottom() < 0.6);
        assertThat(mean(crops.stream().map(Crop::area).toList())).isBetween(0.5, 0.62);
        assertThat(mean(crops.stream().map(crop -> Math.log(crop.aspect())).toList()))
                .isBetween(-0.03, 0.03);
        assertThat(mean(crops.stream().map(Crop::left).toList()))
                .isCloseTo(mean(crops.stream().map(crop -> 1 - crop.right()).toList()), within(0.04));
    }

    @Test
    void theAskedShareOfImagesIsFlipped() {
        assertThat(crops(PUBLISHED, 400)).filteredOn(Crop::flipped).hasSizeBetween(160, 240);
        assertThat(crops(new AugmentConfig(List.of(0.2, 1.0), List.of(1.0, 1.0), 0), 50))
                .noneMatch(Crop::flipped);
        assertThat(crops(new AugmentConfig(List.of(0.2, 1.0), List.of(1.0, 1.0), 1), 50))
                .allMatch(Crop::flipped);
    }

    @Test
    void theWholeImageIsLeftAsItIsWhereNothingIsRandom() {
        AugmentConfig none = new AugmentConfig(List.of(1.0, 1.0), List.of(1.0, 1.0), 0);
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = RgbImage.of(gradient(SIZE), SIZE, SIZE);
            assertThat(Pixels.of(new Augmentation(none, GREY, SIZE, 1).apply(image, 0, 0)))
                    .isEqualTo(Pixels.of(image));
        }
    }

    @Test
    void theSameSeedEpochAndIndexGiveTheSamePixelsAndOthersDoNot() {
        byte[] first = pixels(1, 2, 3);
        pixels(9, 9, 9);
        assertThat(pixels(1, 2, 3)).isEqualTo(first);
        assertThat(pixels(2, 2, 3)).isNotEqualTo(first);
        assertThat(pixels(1, 3, 3)).isNotEqualTo(first);
        assertThat(pixels(1, 2, 4)).isNotEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 1", "1, 5000", "5000, 1", "3, 1000", "1000, 3", "7, 7"})
    void everyShapeIsCroppedWithinItsBounds(int height, int width) {
        List<AugmentConfig> configs = List.of(
                PUBLISHED,
                new AugmentConfig(List.of(0.0001, 0.0001), List.of(0.01, 100.0), 0.5),
                new AugmentConfig(List.of(1.0, 1.0), List.of(0.01, 0.01), 0.5),
                new AugmentConfig(List.of(1.0, 1.0), List.of(100.0, 100.0), 0.5));
        for (AugmentConfig config : configs) {
            Augmentation augmentation = new Augmentation(config, GREY, 4, 1);
            for (int index = 0; index < 20; index++) {
                try (PointerScope scope = new PointerScope()) {
                    byte[] white = new byte[3 * height * width];
                    Arrays.fill(white, (byte) 255);
                    Tensor square = augmentation.apply(RgbImage.of(white, height, width), 0, index);
                    assertThat(Tensors.shape(square)).containsExactly(3, 4, 4);
                    // A crop that reached out of the image would bring something else than white with it.
                    assertThat(Tensors.toFloats(square)).containsOnly(255);
                }
            }
        }
    }

    @Test
    void randAugmentAndJitterComeAfterTheSameCropAndAreKeyedAsItIs() {
        AugmentConfig strong =
                new AugmentConfig(PUBLISHED.cropArea(), PUBLISHED.cropAspect(), 0.5, "rand-m9-n2-mstd0.5-inc1", 0.4, 1);
        Augmentation augmentation = new Augmentation(strong, GREY, SIZE, 7);
        Augmentation plain = new Augmentation(PUBLISHED, GREY, SIZE, 7);
        byte[] gradient = gradient(IMAGE);
        for (int draw = 0; draw < 20; draw++) {
            try (PointerScope scope = new PointerScope()) {
                RgbImage image = RgbImage.of(gradient, IMAGE, IMAGE);
                AugmentedImage look = look(augmentation, image, draw);
                // One line for the crop, and the three of the jitter at the end.
                assertThat(look.steps()).hasSizeBetween(4, 6);
                assertThat(look.steps().subList(0, 1))
                        .isEqualTo(look(plain, image, draw).steps());
                byte[] pixels = Pixels.of(augmentation.apply(image, 4, draw));
                assertThat(Pixels.of(look.image())).isEqualTo(pixels);
                assertThat(Pixels.of(plain.apply(image, 4, draw))).isNotEqualTo(pixels);
                assertThat(Pixels.of(augmentation.apply(image, 5, draw))).isNotEqualTo(pixels);
            }
        }
    }

    private static AugmentedImage look(Augmentation augmentation, RgbImage image, int draw) {
        try {
            return augmentation.describe(
                    new FakeImages(1) {
                        @Override
                        public RgbImage read(int index) {
                            return image;
                        }
                    },
                    0,
                    4,
                    draw);
        } catch (BadImageException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theInterpolationOfRandAugmentIsTheOneThatIsSet() {
        for (String interpolation : List.of("bilinear", "bicubic")) {
            AugmentConfig config = new AugmentConfig(
                    List.of(1.0, 1.0),
                    List.of(1.0, 1.0),
                    0,
                    "rand-m9-n2-inc1",
                    Words.constant(AugmentConfig.Interpolation.class, interpolation)
                            .orElseThrow(),
                    0,
                    1);
            Augmentation augmentation = new Augmentation(config, List.of(0.5, 0.5, 0.5), SIZE, 1);
            int moved = 0;
            for (int draw = 0; draw < 100; draw++) {
                try (PointerScope scope = new PointerScope()) {
                    RgbImage image = RgbImage.of(new byte[3 * SIZE * SIZE], SIZE, SIZE);
                    for (String step : look(augmentation, image, draw).steps()) {
                        if (step.matches("(rotate|shear|translate).*")) {
                            moved++;
                            assertThat(step.endsWith(", bicubic")).as(step).isEqualTo(interpolation.equals("bicubic"));
                        }
                    }
                }
            }
            assertThat(moved).isGreaterThan(10);
        }
    }

    @Test
    void whatComesFromOutsideHasTheMeanColour() {
        AugmentConfig moved = new AugmentConfig(List.of(1.0, 1.0), List.of(1.0, 1.0), 0, "rand-m10-n1-inc1", 0, 1);
        Augmentation augmentation = new Augmentation(moved, List.of(0.485, 0.456, 0.406), SIZE, 1);
        byte[] white = new byte[3 * SIZE * SIZE];
        Arrays.fill(white, (byte) 255);
        int found = 0;
        for (int draw = 0; draw < 200; draw++) {
            try (PointerScope scope = new PointerScope()) {
                RgbImage image = RgbImage.of(white, SIZE, SIZE);
                List<String> steps = look(augmentation, image, draw).steps();
                if (steps.size() == 2 && steps.get(1).startsWith("translate x -45 %")) {
                    found++;
                    byte[] pixels = Pixels.of(augmentation.apply(image, 4, draw));
                    assertThat(Arrays.copyOf(pixels, 3)).containsExactly(124, 116, 104);
                    assertThat(pixels[3 * (SIZE - 1)]).isEqualTo((byte) 255);
                }
            }
        }
        assertThat(found).isPositive();
    }

    private static List<Crop> crops(AugmentConfig config, int count) {
        Augmentation augmentation = new Augmentation(config, GREY, SIZE, 7);
        byte[] gradient = gradient(IMAGE);
        List<Crop> crops = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            try (PointerScope scope = new PointerScope()) {
                byte[] pixels = Pixels.of(augmentation.apply(RgbImage.of(gradient, IMAGE, IMAGE), 0, index));
                double[] columns = edges(level(pixels, 0, QUARTER, 0), level(pixels, 0, SIZE - 1 - QUARTER, 0));
                double[] rows = edges(level(pixels, QUARTER, 0, 1), level(pixels, SIZE - 1 - QUARTER, 0, 1));
                crops.add(new Crop(
                        Math.min(columns[0], columns[1]),
                        Math.max(columns[0], columns[1]),
                        rows[0],
                        rows[1],
                        columns[0] > columns[1]));
            }
        }
        return crops;
    }

    /** Where a crop begins and ends, from the levels a quarter inside it, which its edges do not touch. */
    private static double[] edges(double low, double high) {
        double slope = (high - low) / (SIZE - 1 - 2 * QUARTER);
        return new double[] {low - (QUARTER + 0.5) * slope, high + (QUARTER + 0.5) * slope};
    }

    /** Red tells the column, green the row: the centre of pixel i holds (i + 0.5) / size of all levels. */
    private static byte[] gradient(int size) {
        byte[] pixels = new byte[3 * size * size];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                pixels[3 * (y * size + x)] = (byte) Math.round(255 * (x + 0.5) / size);
                pixels[3 * (y * size + x) + 1] = (byte) Math.round(255 * (y + 0.5) / size);
            }
        }
        return pixels;
    }

    private static double level(byte[] pixels, int y, int x, int channel) {
        return (pixels[3 * (y * SIZE + x) + channel] & 0xFF) / 255.0;
    }

    private static byte[] pixels(long seed, long epoch, int index) {
        try (PointerScope scope = new PointerScope()) {
            return Pixels.of(
                    new Augmentation(PUBLISHED, GREY, 8, seed).apply(RgbImage.of(gradient(30), 30, 30), epoch, index));
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}

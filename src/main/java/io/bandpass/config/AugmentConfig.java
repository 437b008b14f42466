package io.bandpass.config;

import java.util.List;
import java.util.Optional;

/**
 * What happens to a training image before its task sees it: RandomResizedCrop (bicubic, antialiased), flip, RandAugment
 * and colour jitter, in this order; and how often an epoch shows it.
 *
 * @param cropArea smallest and largest share of the image area that a crop covers
 * @param cropAspect smallest and largest aspect ratio (width / height) of a crop
 * @param flipProbability probability of a horizontal flip
 * @param randAugment {@code none}, or RandAugment in timm's form
 * @param randAugmentInterpolation how RandAugment moves pixels: {@code bilinear}, {@code bicubic}, or {@code random} for
 *     one of the two, drawn for each operation
 * @param colourJitter brightness, contrast and saturation are multiplied by factors of [max(0, 1 - j), 1 + j]
 * @param repeats how often an epoch shows an image, each time augmented differently; an epoch keeps its number of steps,
 *     and so shows one of so many images (Hoffer et al., 2020; as in DeiT)
 */
public record AugmentConfig(
        List<Double> cropArea,
        List<Double> cropAspect,
        double flipProbability,
        String randAugment,
        Interpolation randAugmentInterpolation,
        double colourJitter,
        int repeats) {
    /** Words of {@code augment.rand-augment-interpolation}. */
    public enum Interpolation {
        RANDOM,
        BILINEAR,
        BICUBIC;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    private static final int MOST_REPEATS = 16;

    public AugmentConfig {
        cropArea = List.copyOf(cropArea);
        cropAspect = List.copyOf(cropAspect);
        Check.range("augment.crop-area", cropArea, 1e-4, 1);
        Check.range("augment.crop-aspect", cropAspect, 1e-2, 100);
        Check.fraction("augment.flip-probability", flipProbability);
        RandAugmentConfig.parse("augment.rand-augment", randAugment);
        Check.notNegative("augment.colour-jitter", colourJitter);
        Check.that(
                repeats >= 1 && repeats <= MOST_REPEATS,
                "augment.repeats",
                repeats,
                "a whole number from 1 to " + MOST_REPEATS);
    }

    /** Crop and flip only. */
    public AugmentConfig(List<Double> cropArea, List<Double> cropAspect, double flipProbability) {
        this(cropArea, cropAspect, flipProbability, "none", 0, 1);
    }

    /** RandAugment by either interpolation. */
    public AugmentConfig(
            List<Double> cropArea,
            List<Double> cropAspect,
            double flipProbability,
            String randAugment,
            double colourJitter,
            int repeats) {
        this(cropArea, cropAspect, flipProbability, randAugment, Interpolation.RANDOM, colourJitter, repeats);
    }

    /** What RandAugment does, where there is any. */
    public Optional<RandAugmentConfig> randAugmentConfig() {
        return RandAugmentConfig.parse("augment.rand-augment", randAugment);
    }
}

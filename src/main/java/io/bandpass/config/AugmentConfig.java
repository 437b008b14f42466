package io.bandpass.config;

import java.util.List;
import java.util.Optional;

/**
 * Augmentation of training images: RandomResizedCrop (bicubic, antialiased), flip, RandAugment and colour jitter, in
 * this order; and the number of repetitions per epoch.
 *
 * @param cropArea smallest and largest share of the image area that a crop covers
 * @param cropAspect smallest and largest aspect ratio (width / height) of a crop
 * @param flipProbability probability of a horizontal flip
 * @param randAugment {@code none}, or RandAugment in timm's notation
 * @param randAugmentInterpolation interpolation of RandAugment's geometric operations: {@code bilinear},
 *     {@code bicubic}, or {@code random}, which draws one of the two for each operation
 * @param colourJitter j: brightness, contrast and saturation are multiplied by factors from [max(0, 1 - j), 1 + j]
 * @param repeats repetitions of an image per epoch, each augmented differently; an epoch keeps its number of steps,
 *     so it covers 1 / repeats of the images (repeated augmentation, Hoffer et al., 2020; as in DeiT)
 */
public record AugmentConfig(
        List<Double> cropArea,
        List<Double> cropAspect,
        double flipProbability,
        String randAugment,
        Interpolation randAugmentInterpolation,
        double colourJitter,
        int repeats) {
    /** Values of {@code augment.rand-augment-interpolation}. */
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

    /** Creates an augmentation by crop and flip only. */
    public AugmentConfig(List<Double> cropArea, List<Double> cropAspect, double flipProbability) {
        this(cropArea, cropAspect, flipProbability, "none", 0, 1);
    }

    /** Creates an augmentation with random RandAugment interpolation. */
    public AugmentConfig(
            List<Double> cropArea,
            List<Double> cropAspect,
            double flipProbability,
            String randAugment,
            double colourJitter,
            int repeats) {
        this(cropArea, cropAspect, flipProbability, randAugment, Interpolation.RANDOM, colourJitter, repeats);
    }

    /** Parsed RandAugment settings, if enabled. */
    public Optional<RandAugmentConfig> randAugmentConfig() {
        return RandAugmentConfig.parse("augment.rand-augment", randAugment);
    }
}

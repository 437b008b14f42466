package io.bandpass.config;

/**
 * Erasing, mixing and label smoothing of batches of normalised training images: random erasing, then mixup or cutmix,
 * and label smoothing. All with timm's names and definitions.
 *
 * @param mixupAlpha Beta(alpha, alpha) of mixup's lambda; 0: no mixup
 * @param cutmixAlpha Beta(alpha, alpha) of cutmix's lambda; 0: no cutmix
 * @param probability probability that a batch is mixed
 * @param switchProbability probability of cutmix if both are enabled
 * @param labelSmoothing share of each target that is spread evenly over all classes
 * @param eraseProbability probability that a box of an image is replaced with noise
 */
public record MixConfig(
        double mixupAlpha,
        double cutmixAlpha,
        double probability,
        double switchProbability,
        double labelSmoothing,
        double eraseProbability) {
    public MixConfig {
        Check.notNegative("mix.mixup-alpha", mixupAlpha);
        Check.notNegative("mix.cutmix-alpha", cutmixAlpha);
        Check.fraction("mix.probability", probability);
        Check.fraction("mix.switch-probability", switchProbability);
        Check.that(
                labelSmoothing >= 0 && labelSmoothing < 1, "mix.label-smoothing", labelSmoothing, "from 0 to below 1");
        Check.fraction("mix.erase-probability", eraseProbability);
    }
}

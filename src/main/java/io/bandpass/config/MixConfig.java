package io.bandpass.config;

/**
 * What happens to a batch of normalised training images and their labels: random erasing, then mixup or cutmix, and
 * label smoothing. All as timm names and defines them.
 *
 * @param mixupAlpha Beta(alpha, alpha) of mixup's lambda; 0: no mixup
 * @param cutmixAlpha Beta(alpha, alpha) of cutmix's lambda; 0: no cutmix
 * @param probability probability that a batch is mixed
 * @param switchProbability probability of cutmix, where both are on
 * @param labelSmoothing share of each target that is spread evenly over all classes
 * @param eraseProbability probability that a box of an image is replaced by noise
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

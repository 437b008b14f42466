package io.bandpass.config;

import java.util.List;

/**
 * Denoising as a pre-training task (method.md, Restoration tasks). The paper uses Gaussian noise of sigma 75 only.
 *
 * @param sigma standard deviation of the Gaussian noise, in levels of 255
 * @param sigmaRange {@code none}, or the range from which each image's standard deviation is drawn uniformly
 *     instead
 * @param poissonProbability probability that an image gets Poisson noise instead of Gaussian
 * @param poissonScale range from which the factor of the Poisson noise is drawn uniformly; 1 is the noise of 256
 *     counts at full brightness
 * @param greyProbability probability that the noise is the same in all channels
 */
@Variant(value = "denoise", summary = "noisy images are restored; Gaussian or Poisson noise, coloured or grey")
public record DenoiseConfig(
        double sigma,
        @EmptyWord("none") List<Double> sigmaRange,
        double poissonProbability,
        List<Double> poissonScale,
        double greyProbability)
        implements RestorationConfig {
    public DenoiseConfig {
        sigmaRange = List.copyOf(sigmaRange);
        poissonScale = List.copyOf(poissonScale);
        Check.positive("task.sigma", sigma);
        if (!sigmaRange.isEmpty()) {
            Check.range("task.sigma-range", sigmaRange, 0, 1000);
        }
        Check.fraction("task.poisson-probability", poissonProbability);
        Check.range("task.poisson-scale", poissonScale, 0.01, 100);
        Check.fraction("task.grey-probability", greyProbability);
    }

    @Override
    public String describe(PretrainingConfig config) {
        String levels = sigmaRange.isEmpty() ? "" + sigma : sigmaRange.get(0) + " to " + sigmaRange.get(1);
        return "denoising, noise of standard deviation " + levels + " of 255"
                + config.loss().describe(LossConfig.Target.FULL);
    }

    @Override
    public String introduction() {
        return "Pre-training by denoising: noise was added to each image, and an encoder learned to remove it.";
    }
}

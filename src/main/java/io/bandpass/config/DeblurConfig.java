package io.bandpass.config;

import java.util.List;

/**
 * Deblurring as a pre-training task (method.md, Restoration tasks). The paper blurs with isotropic Gaussians of sigma
 * 5. Values are drawn uniformly from every range, per image.
 *
 * @param kernelSizes edges of the kernels in pixels, odd; drawn with equal probability
 * @param kernels families: {@code iso}, {@code aniso}, {@code generalised-iso}, {@code generalised-aniso},
 *     {@code plateau-iso}, {@code plateau-aniso}, {@code sinc}
 * @param probabilities of the families, in the same order
 * @param sigma range in pixels; anisotropic kernels draw one value per axis
 * @param rotation range of the angle of anisotropic kernels, in degrees
 * @param generalisedBeta range of the exponent of generalised Gaussians; 1 is a Gaussian
 * @param plateauBeta range of the exponent of plateaus
 * @param omega range of the cut-off of sinc kernels in radians per pixel; empty: the range that a kernel of the
 *     drawn size can resolve, [pi/3, pi] below 13 pixels and [pi/5, pi] from 13
 */
@Variant(value = "deblur", summary = "blurred images are restored; seven families of kernels")
public record DeblurConfig(
        List<Integer> kernelSizes,
        List<String> kernels,
        List<Double> probabilities,
        List<Double> sigma,
        List<Double> rotation,
        List<Double> generalisedBeta,
        List<Double> plateauBeta,
        List<Double> omega)
        implements RestorationConfig {
    /** Tolerance of the sum of the probabilities, which are decimal fractions and seldom add up to exactly 1. */
    private static final double ROUNDING = 1e-6;

    public DeblurConfig {
        kernelSizes = List.copyOf(kernelSizes);
        kernels = List.copyOf(kernels);
        probabilities = List.copyOf(probabilities);
        sigma = List.copyOf(sigma);
        rotation = List.copyOf(rotation);
        generalisedBeta = List.copyOf(generalisedBeta);
        plateauBeta = List.copyOf(plateauBeta);
        omega = List.copyOf(omega);
        Check.that(
                !kernelSizes.isEmpty() && kernelSizes.stream().allMatch(size -> size >= 3 && size % 2 == 1),
                "task.kernel-sizes",
                kernelSizes,
                "one or more odd numbers of at least 3");
        checkFamilies(kernels, probabilities);
        Check.range("task.sigma", sigma, 0.01, 1000);
        Check.range("task.rotation", rotation, -360, 360);
        Check.range("task.generalised-beta", generalisedBeta, 0.05, 100);
        Check.range("task.plateau-beta", plateauBeta, 0.05, 100);
        if (!omega.isEmpty()) {
            Check.range("task.omega", omega, 0.01, 4.5);
        }
        checkAxes(kernels, probabilities, sigma);
    }

    private static void checkFamilies(List<String> kernels, List<Double> probabilities) {
        Check.that(!kernels.isEmpty(), "task.kernels", kernels, "a list of one or more families of kernels");
        for (String kernel : kernels) {
            Check.oneOf(
                    "task.kernels",
                    kernel,
                    "iso",
                    "aniso",
                    "generalised-iso",
                    "generalised-aniso",
                    "plateau-iso",
                    "plateau-aniso",
                    "sinc");
        }
        Check.that(
                probabilities.size() == kernels.size()
                        && probabilities.stream().allMatch(probability -> probability >= 0 && probability <= 1),
                "task.probabilities",
                probabilities,
                "one number from 0 to 1 for each of task.kernels, " + kernels.size() + " in all");
        double sum = probabilities.stream().mapToDouble(Double::doubleValue).sum();
        Check.that(
                Math.abs(sum - 1) < ROUNDING,
                "task.probabilities",
                probabilities,
                "numbers whose sum is 1, not " + sum);
    }

    /** Rejects a single sigma for anisotropic kernels, which would silently be isotropic. */
    private static void checkAxes(List<String> kernels, List<Double> probabilities, List<Double> sigma) {
        for (int i = 0; i < kernels.size(); i++) {
            Check.that(
                    probabilities.get(i) == 0 || !kernels.get(i).endsWith("aniso") || sigma.get(0) < sigma.get(1),
                    "task.sigma",
                    sigma,
                    "a range [low, high] with low below high, as '" + kernels.get(i)
                            + "' in task.kernels draws one sigma for each axis");
        }
    }

    /** Largest kernel size. */
    public int largestKernel() {
        return kernelSizes.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    @Override
    public void check(EncoderConfig encoder, DecoderConfig decoder) {
        checkFits(encoder.imageSize());
    }

    /**
     * Rejects images that are too small.
     *
     * @param imageSize the shorter side in pixels
     */
    public void checkFits(int imageSize) {
        int edge = largestKernel();
        if (edge / 2 >= imageSize) {
            throw new ConfigException("task.kernel-sizes has " + edge + ", but must hold at most "
                    + (2 * (long) imageSize - 1) + " for images of " + imageSize
                    + " pixels: the edge is padded with the image's own reflection");
        }
    }

    @Override
    public String describe(PretrainingConfig config) {
        return "deblurring, kernels " + String.join(", ", kernels) + " of " + kernelSizes.get(0) + " to "
                + largestKernel() + " px" + config.loss().describe(LossConfig.Target.FULL);
    }

    @Override
    public String introduction() {
        return "Pre-training by deblurring: each image was blurred, and an encoder learned to restore it.";
    }
}

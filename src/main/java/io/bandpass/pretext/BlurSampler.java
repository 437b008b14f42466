package io.bandpass.pretext;

import io.bandpass.config.DeblurConfig;
import io.bandpass.pretext.BlurKernel.Profile;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.List;
import java.util.SplittableRandom;

/** Draws the blur kernel of an image: a pure function of (seed, epoch, image index). */
final class BlurSampler {
    /** Kernel size from which a sinc can resolve lower cut-offs, as in Real-ESRGAN. */
    private static final int WIDE = 13;

    private static final List<Double> CUT_OFFS_OF_NARROW = List.of(Math.PI / 3, Math.PI);
    private static final List<Double> CUT_OFFS_OF_WIDE = List.of(Math.PI / 5, Math.PI);

    private final DeblurConfig config;
    private final long seed;

    BlurSampler(DeblurConfig config, long seed) {
        this.config = config;
        this.seed = seed;
    }

    BlurKernel draw(long epoch, int index) {
        SplittableRandom random = KeyedRandom.of(seed, Purpose.DEGRADATION, epoch, index);
        List<Integer> sizes = config.kernelSizes();
        int size = sizes.get(random.nextInt(sizes.size()));
        String family = family(random.nextDouble());
        if (family.equals("sinc")) {
            return BlurKernel.sinc(size, uniform(random, cutOffs(size)));
        }
        double sigma1 = uniform(random, config.sigma());
        double sigma2 = sigma1;
        double rotation = 0;
        if (family.endsWith("aniso")) {
            sigma2 = uniform(random, config.sigma());
            rotation = Math.toRadians(uniform(random, config.rotation()));
        }
        if (family.startsWith("generalised")) {
            double beta = uniform(random, config.generalisedBeta());
            return new BlurKernel(Profile.GENERALISED, size, sigma1, sigma2, rotation, beta);
        }
        if (family.startsWith("plateau")) {
            double beta = uniform(random, config.plateauBeta());
            return new BlurKernel(Profile.PLATEAU, size, sigma1, sigma2, rotation, beta);
        }
        return BlurKernel.gaussian(size, sigma1, sigma2, rotation);
    }

    private List<Double> cutOffs(int size) {
        if (!config.omega().isEmpty()) {
            return config.omega();
        }
        return size < WIDE ? CUT_OFFS_OF_NARROW : CUT_OFFS_OF_WIDE;
    }

    /** Selects the kernel family: the probabilities divide [0, 1). */
    private String family(double point) {
        double end = 0;
        int chosen = 0;
        for (int i = 0; i < config.kernels().size(); i++) {
            double probability = config.probabilities().get(i);
            if (probability > 0) {
                // If rounding leaves the sum below 1, the last family with a positive probability takes the rest.
                chosen = i;
            }
            end += probability;
            if (point < end) {
                break;
            }
        }
        return config.kernels().get(chosen);
    }

    private static double uniform(SplittableRandom random, List<Double> range) {
        double low = range.get(0);
        return low + (range.get(1) - low) * random.nextDouble();
    }
}

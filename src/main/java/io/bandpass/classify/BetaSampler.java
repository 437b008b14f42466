package io.bandpass.classify;

import java.util.SplittableRandom;

/** Exact sampler of Beta(alpha, alpha): X / (X + Y) of two gamma variates. */
final class BetaSampler {
    private final double alpha;

    /**
     * Creates a sampler.
     *
     * @param alpha above 0
     */
    BetaSampler(double alpha) {
        this.alpha = alpha;
    }

    /** Draws a sample from [0, 1]. */
    double draw(SplittableRandom random) {
        // In log space, as variates of a small alpha often underflow.
        double logX = logGamma(random);
        double logY = logGamma(random);
        return 1 / (1 + Math.exp(logY - logX));
    }

    /**
     * Draws the logarithm of a Gamma(alpha, 1) variate (Marsaglia and Tsang, A simple method for generating gamma
     * variables, ACM TOMS 2000): by rejection for a shape of at least 1, and as Gamma(a) = Gamma(a + 1) * U^(1 / a)
     * below.
     */
    private double logGamma(SplittableRandom random) {
        if (alpha < 1) {
            return logGammaFromOne(alpha + 1, random) + Math.log(positive(random)) / alpha;
        }
        return logGammaFromOne(alpha, random);
    }

    private static double logGammaFromOne(double shape, SplittableRandom random) {
        double d = shape - 1 / 3.0;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double root = 1 + c * x;
            if (root > 0) {
                double v = root * root * root;
                if (Math.log(positive(random)) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                    return Math.log(d * v);
                }
            }
        }
    }

    /** Draws uniformly from (0, 1]. */
    private static double positive(SplittableRandom random) {
        return 1 - random.nextDouble();
    }
}

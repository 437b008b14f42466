package io.bandpass.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds are fixed, so that bounds hold always or never. */
final class BetaSamplerTest {
    private static final int SAMPLES = 20_000;
    /** What sqrt(n) times the largest distance passes once in ten thousand times (Kolmogorov). */
    private static final double LARGEST_DISTANCE = 2.23;

    private static double[] sorted(double alpha) {
        BetaSampler sampler = new BetaSampler(alpha);
        SplittableRandom random = new SplittableRandom(12);
        return DoubleStream.generate(() -> sampler.draw(random))
                .limit(SAMPLES)
                .sorted()
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2, 0.8, 1, 2, 8})
    void meanAndVarianceAreThoseOfBeta(double alpha) {
        double[] samples = sorted(alpha);
        double variance = 1 / (4 * (2 * alpha + 1));
        double mean = Arrays.stream(samples).average().orElseThrow();
        assertThat(mean).isCloseTo(0.5, within(4 * Math.sqrt(variance / SAMPLES)));
        double measured =
                Arrays.stream(samples).map(x -> (x - 0.5) * (x - 0.5)).average().orElseThrow();
        assertThat(measured).isCloseTo(variance, within(0.03 * variance));
    }

    @Test
    void samplesFollowTheDistributionsThatHaveAFormula() {
        assertThat(distance(sorted(1), x -> x)).isLessThan(LARGEST_DISTANCE);
        assertThat(distance(sorted(2), x -> x * x * (3 - 2 * x))).isLessThan(LARGEST_DISTANCE);
        assertThat(distance(sorted(0.5), x -> 2 / Math.PI * Math.asin(Math.sqrt(x))))
                .isLessThan(LARGEST_DISTANCE);
        // The measure tells neighbours apart.
        assertThat(distance(sorted(0.6), x -> 2 / Math.PI * Math.asin(Math.sqrt(x))))
                .isGreaterThan(LARGEST_DISTANCE);
    }

    @Test
    void samplesFollowTheDistributionOfThePublishedMixup() {
        assertThat(distance(sorted(0.8), x -> cumulative(0.8, x))).isLessThan(LARGEST_DISTANCE);
    }

    /** By Simpson's rule over u = t^alpha, which takes the pole at 0 away; the half above 1/2 by symmetry. */
    private static double cumulative(double alpha, double x) {
        return x <= 0.5
                ? 0.5 * integral(alpha, x) / integral(alpha, 0.5)
                : 1 - 0.5 * integral(alpha, 1 - x) / integral(alpha, 0.5);
    }

    private static double integral(double alpha, double x) {
        int intervals = 100;
        double step = Math.pow(x, alpha) / intervals;
        double sum = 0;
        for (int i = 0; i <= intervals; i++) {
            double weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.pow(1 - Math.pow(i * step, 1 / alpha), alpha - 1);
        }
        return sum * step / 3;
    }

    private static double distance(double[] sorted, DoubleUnaryOperator cumulative) {
        double largest = 0;
        for (int i = 0; i < sorted.length; i++) {
            double expected = cumulative.applyAsDouble(sorted[i]);
            largest = Math.max(largest, Math.abs(expected - i / (double) SAMPLES));
            largest = Math.max(largest, Math.abs(expected - (i + 1) / (double) SAMPLES));
        }
        return largest * Math.sqrt(SAMPLES);
    }

    @Test
    void evenTheSmallestAlphaGivesNumbers() {
        for (double alpha : new double[] {1e-300, 1e-6, 1e-3, 1e6}) {
            assertThat(Arrays.stream(sorted(alpha)).allMatch(x -> x >= 0 && x <= 1))
                    .isTrue();
        }
    }
}

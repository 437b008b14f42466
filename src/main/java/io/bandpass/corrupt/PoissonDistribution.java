package io.bandpass.corrupt;

import java.util.SplittableRandom;

/**
 * Poisson distribution of one mean, drawn from by inversion: exact up to the 53 bits of the uniform number. A table says
 * for equal parts of [0, 1) where the search begins (Chen and Asau, Generating random variates from an empirical
 * distribution, 1974), so that a draw takes about two comparisons.
 */
final class PoissonDistribution {
    /** Probability, relative to that of the mode, below which a tail is cut. */
    private static final double NEGLIGIBLE = 1e-18;

    private final int first;
    private final double[] cumulative;
    private final int[] start;

    /**
     * Computes the table.
     *
     * @param mean not negative
     */
    PoissonDistribution(double mean) {
        int mode = (int) mean;
        int low = mode;
        double sum = 1;
        double below = 1;
        while (low > 0 && below > NEGLIGIBLE) {
            below *= low / mean;
            sum += below;
            low--;
        }
        int high = mode;
        double above = 1;
        while (above > NEGLIGIBLE) {
            high++;
            above *= mean / high;
            sum += above;
        }
        first = low;
        cumulative = new double[high - low + 1];
        double probability = below / sum;
        double total = 0;
        for (int i = 0; i < cumulative.length; i++) {
            total += probability;
            cumulative[i] = total;
            probability *= mean / (low + i + 1);
        }
        // Rounding must not leave a gap below 1.
        cumulative[cumulative.length - 1] = Double.POSITIVE_INFINITY;
        start = starts(cumulative);
    }

    private static int[] starts(double[] cumulative) {
        int[] start = new int[cumulative.length];
        int found = 0;
        for (int i = 0; i < start.length; i++) {
            while (cumulative[found] <= (double) i / start.length) {
                found++;
            }
            start[i] = found;
        }
        return start;
    }

    int draw(SplittableRandom random) {
        double u = random.nextDouble();
        int i = start[(int) (u * start.length)];
        while (cumulative[i] <= u) {
            i++;
        }
        return first + i;
    }
}

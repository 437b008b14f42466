package io.bandpass.corrupt;

/**
 * Gaussian smoothing as scikit-image and SciPy compute it: separable, in float64, cut at {@code truncate} standard
 * deviations and normalised.
 */
final class GaussianFilter {
    /** Standard deviations after which the published programs cut the kernel unless they say otherwise. */
    static final double TRUNCATE = 4;

    private final double[] taps;
    private final Border border;

    /** Creates a filter with the edge replicated, cut at 4 standard deviations. */
    GaussianFilter(double sigma) {
        this(sigma, TRUNCATE, Border.NEAREST);
    }

    /**
     * Creates a filter.
     *
     * @param sigma in pixels; 0 for none
     */
    GaussianFilter(double sigma, double truncate, Border border) {
        this.taps = taps(sigma, truncate);
        this.border = border;
    }

    /** Returns half of the symmetric kernel: the weight of the centre, then of both pixels at distance 1, 2 and so on. */
    static double[] taps(double sigma, double truncate) {
        int radius = (int) (truncate * sigma + 0.5);
        double[] taps = new double[radius + 1];
        double sum = 0;
        for (int i = radius; i >= 0; i--) {
            taps[i] = i == 0 ? 1 : Math.exp(-0.5 / (sigma * sigma) * i * i);
            sum += i == 0 ? taps[i] : 2 * taps[i];
        }
        for (int i = 0; i <= radius; i++) {
            taps[i] /= sum;
        }
        return taps;
    }

    /** Returns the smoothed raster. */
    Raster apply(Raster raster) {
        if (taps.length == 1) {
            return raster;
        }
        return columns(columns(raster).transposed()).transposed();
    }

    /** Smooths along columns, whose terms are whole rows. */
    private Raster columns(Raster raster) {
        int height = raster.height();
        double[] weights = folded(height);
        Raster result = Raster.blank(height, raster.width(), raster.channels());
        for (int y = 0; y < height; y++) {
            double[] sums = result.rows()[y];
            scale(raster.rows()[y], weights[0], sums);
            // From the smallest weight to the largest, as SciPy adds.
            for (int i = weights.length - 1; i > 0; i--) {
                double[] above = raster.rows()[border.index(y - i, height)];
                double[] below = raster.rows()[border.index(y + i, height)];
                add(above, below, weights[i], sums);
            }
        }
        return result;
    }

    /**
     * Returns the kernel for a length, of which it spans no more than one period: a mirrored signal repeats itself after
     * twice its length, so that taps that far apart can be summed. The elastic transform's standard deviation of 171
     * pixels then costs a fifth.
     */
    private double[] folded(int length) {
        if (border != Border.REFLECT || taps.length - 1 <= length) {
            return taps;
        }
        double[] period = new double[length + 1];
        for (int i = 1 - taps.length; i < taps.length; i++) {
            int distance = Math.floorMod(i, 2 * length);
            // Distances d and 2 length - d lead to pixels with equal weight, which are added as one pair.
            if (distance <= length) {
                period[distance] += taps[Math.abs(i)];
            }
        }
        period[length] /= 2;
        return period;
    }

    private static void scale(double[] row, double weight, double[] result) {
        for (int i = 0; i < result.length; i++) {
            result[i] = row[i] * weight;
        }
    }

    private static void add(double[] above, double[] below, double weight, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (above[i] + below[i]) * weight;
        }
    }
}

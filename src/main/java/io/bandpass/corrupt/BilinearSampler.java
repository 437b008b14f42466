package io.bandpass.corrupt;

/** Bilinear interpolation of a raster at any position. */
final class BilinearSampler {
    private final double[][] rows;
    private final int channels;
    private final int height;
    private final int width;
    private final Border border;

    BilinearSampler(Raster raster, Border border) {
        this.rows = raster.rows();
        this.channels = raster.channels();
        this.height = raster.height();
        this.width = raster.width();
        this.border = border;
    }

    /**
     * Writes the channels at a position.
     *
     * @param y row; whole numbers are the centres of pixels
     * @param x column
     * @param to index of the first channel in the result
     */
    void sample(double y, double x, double[] result, int to) {
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double down = y - top;
        double right = x - left;
        double[] upper = rows[border.index(top, height)];
        double[] lower = rows[border.index(top + 1, height)];
        int before = border.index(left, width) * channels;
        int after = border.index(left + 1, width) * channels;
        double upperBefore = (1 - down) * (1 - right);
        double upperAfter = (1 - down) * right;
        double lowerBefore = down * (1 - right);
        double lowerAfter = down * right;
        for (int channel = 0; channel < channels; channel++) {
            result[to + channel] = upper[before + channel] * upperBefore
                    + upper[after + channel] * upperAfter
                    + lower[before + channel] * lowerBefore
                    + lower[after + channel] * lowerAfter;
        }
    }
}

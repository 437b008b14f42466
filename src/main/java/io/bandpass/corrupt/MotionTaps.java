package io.bandpass.corrupt;

/**
 * One-sided motion blur along a line, as ImageMagick's {@code MotionBlurImage} without its rounding to 8 bits: a pixel
 * is the sum of those that lie i steps along the line, each weighted in proportion to exp(-i^2 / (2 sigma^2)); the edge
 * is replicated.
 *
 * @param weights of the taps, with sum 1
 * @param dx offsets of the taps to the right, in pixels
 * @param dy offsets of the taps downwards, in pixels
 */
record MotionTaps(double[] weights, int[] dx, int[] dy) {
    /**
     * Returns the taps of a blur.
     *
     * @param radius half the number of taps less one
     * @param sigma in pixels
     * @param degrees direction of the line, clockwise from the right
     */
    static MotionTaps of(int radius, double sigma, double degrees) {
        int count = 2 * radius + 1;
        MotionTaps taps = new MotionTaps(new double[count], new int[count], new int[count]);
        double cosine = Math.cos(Math.toRadians(degrees));
        double sine = Math.sin(Math.toRadians(degrees));
        double sum = 0;
        for (int i = 0; i < count; i++) {
            taps.weights[i] = Math.exp(-(i * i) / (2 * sigma * sigma));
            sum += taps.weights[i];
            taps.dx[i] = rounded(i * cosine);
            taps.dy[i] = rounded(i * sine);
        }
        for (int i = 0; i < count; i++) {
            taps.weights[i] /= sum;
        }
        return taps;
    }

    private static int rounded(double offset) {
        return (int) Math.ceil(offset - 0.5);
    }

    /** Returns the standard deviation of white noise of deviation 1 after the blur. */
    double deviation() {
        double squares = 0;
        for (double weight : weights) {
            squares += weight * weight;
        }
        return Math.sqrt(squares);
    }

    /** Returns the blurred raster. */
    Raster apply(Raster image) {
        int reach = 0;
        for (int offset : dx) {
            reach = Math.max(reach, Math.abs(offset));
        }
        double[][] wide = image.padded(reach);
        int height = image.height();
        Raster result = Raster.blank(height, image.width(), image.channels());
        for (int y = 0; y < height; y++) {
            double[] sums = result.rows()[y];
            for (int i = 0; i < weights.length; i++) {
                double[] row = wide[Border.NEAREST.index(y + dy[i], height)];
                add(row, (reach + dx[i]) * image.channels(), weights[i], sums);
            }
        }
        return result;
    }

    private static void add(double[] row, int from, double weight, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * row[from + i];
        }
    }
}

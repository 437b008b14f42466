package io.bandpass.corrupt;

import java.util.List;

/**
 * Zoom blur: the mean of the image and of its enlargements, among which is the image itself once more. In float32 as
 * published. The factors are those of NumPy's {@code arange}, whose rounding adds one at the end of ImageNet-C's severity
 * 1: 12 factors up to 1.11.
 */
final class ZoomBlur implements UnitCorruption {
    /**
     * Parameters of a severity: factors 1, 1 + step and so on below the end.
     *
     * @param end exclusive, but for rounding
     */
    record Setting(double end, double step) {
        double[] factors() {
            double[] factors = new double[(int) Math.ceil((end - 1) / step)];
            // NumPy multiplies the difference of the first two values, which is rounded.
            double delta = (1 + step) - 1;
            for (int i = 0; i < factors.length; i++) {
                factors[i] = 1 + i * delta;
            }
            return factors;
        }
    }

    private static final List<Setting> SMALL = List.of(
            new Setting(1.06, .01),
            new Setting(1.11, .01),
            new Setting(1.16, .01),
            new Setting(1.21, .01),
            new Setting(1.26, .01));

    static final SeverityTable<Setting> PARAMETERS = new SeverityTable<>(
            List.of(
                    new Setting(1.11, .01),
                    new Setting(1.16, .01),
                    new Setting(1.21, .02),
                    new Setting(1.26, .02),
                    new Setting(1.31, .03)),
            SMALL,
            SMALL);

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        int height = image.height();
        int width = image.width();
        float[][] rows = floats(image);
        float[][] sums = new float[height][rows[0].length];
        double[] factors = PARAMETERS.at(severity).factors();
        for (double factor : factors) {
            Zoom.clipped(height, width, factor).add(rows, image.channels(), sums);
        }
        for (int y = 0; y < height; y++) {
            double[] result = image.rows()[y];
            for (int x = 0; x < result.length; x++) {
                result[x] = (rows[y][x] + sums[y][x]) / (factors.length + 1);
            }
        }
        return image;
    }

    private static float[][] floats(Raster image) {
        float[][] rows = new float[image.height()][];
        for (int y = 0; y < rows.length; y++) {
            double[] row = image.rows()[y];
            rows[y] = new float[row.length];
            for (int x = 0; x < row.length; x++) {
                rows[y][x] = (float) row[x];
            }
        }
        return rows;
    }
}

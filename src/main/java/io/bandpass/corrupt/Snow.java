package io.bandpass.corrupt;

import java.util.List;

/**
 * Snow: flakes from thresholded noise, enlarged and blurred along the direction they fall in, over an image that is
 * whitened in proportion to its brightness. As published, the layer of flakes is added once more, turned by 180 degrees.
 * It is truncated to 8 bits before the motion blur and rounded after it.
 */
final class Snow implements UnitCorruption {
    /**
     * Parameters of a severity.
     *
     * @param mean of the noise
     * @param deviation of the noise
     * @param zoom factor of the enlargement
     * @param threshold below which there is no flake
     * @param radius of the motion blur: half the number of taps less one
     * @param sigma of the motion blur, in pixels
     * @param kept share of the image that is not whitened
     */
    record Setting(
            double mean, double deviation, double zoom, double threshold, int radius, double sigma, double kept) {}

    static final SeverityTable<Setting> PARAMETERS = new SeverityTable<>(
            List.of(
                    new Setting(.1, .3, 3, .5, 10, 4, .8),
                    new Setting(.2, .3, 2, .5, 12, 4, .7),
                    new Setting(.55, .3, 4, .9, 12, 8, .7),
                    new Setting(.55, .3, 4.5, .85, 12, 8, .65),
                    new Setting(.55, .3, 2.5, .85, 12, 12, .55)),
            List.of(
                    new Setting(.1, .2, 1, .6, 8, 3, .8),
                    new Setting(.1, .2, 1, .5, 10, 4, .8),
                    new Setting(.15, .3, 1.75, .55, 10, 4, .7),
                    new Setting(.25, .3, 2.25, .6, 12, 6, .65),
                    new Setting(.3, .3, 1.25, .65, 14, 12, .6)),
            List.of(
                    new Setting(.1, .2, 1, .6, 8, 3, .95),
                    new Setting(.1, .2, 1, .5, 10, 4, .9),
                    new Setting(.15, .3, 1.75, .55, 10, 4, .9),
                    new Setting(.25, .3, 2.25, .6, 12, 6, .85),
                    new Setting(.3, .3, 1.25, .65, 14, 12, .8)));

    private static final double FIRST_ANGLE = -135;
    private static final double LAST_ANGLE = -45;

    /** Weights of red, green and blue in the brightness. */
    private static final double[] GREY = {.299, .587, .114};

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        Setting setting = PARAMETERS.at(severity);
        Raster flakes = flakes(noise(image.height(), image.width(), setting, draws), setting);
        Raster layer = blurred(flakes, setting, draws.between(FIRST_ANGLE, LAST_ANGLE));
        for (int y = 0; y < image.height(); y++) {
            double[] row = image.rows()[y];
            double[] upright = layer.rows()[y];
            double[] turned = layer.rows()[image.height() - 1 - y];
            for (int x = 0; x < image.width(); x++) {
                int i = x * Raster.RGB;
                double grey = row[i] * GREY[0] + row[i + 1] * GREY[1] + row[i + 2] * GREY[2];
                double white = grey * 1.5 + 0.5;
                double snow = (upright[x] + turned[image.width() - 1 - x]) / Raster.WHITE;
                for (int channel = 0; channel < Raster.RGB; channel++) {
                    double value = row[i + channel];
                    row[i + channel] = setting.kept() * value + (1 - setting.kept()) * Math.max(value, white) + snow;
                }
            }
        }
        return image;
    }

    /** Draws the enlarged noise: (H, W). */
    static float[][] noise(int height, int width, Setting setting, Draws draws) {
        float[] normal = draws.normal(height * width);
        float[][] noise = new float[height][width];
        float[][] zoomed = new float[height][width];
        for (int i = 0; i < normal.length; i++) {
            noise[i / width][i % width] = (float) (setting.mean() + setting.deviation() * normal[i]);
        }
        Zoom.clipped(height, width, setting.zoom()).add(noise, 1, zoomed);
        return zoomed;
    }

    /** Returns the noise above the threshold: (H, W), 0 to 255, whole numbers. */
    static Raster flakes(float[][] noise, Setting setting) {
        Raster flakes = Raster.blank(noise.length, noise[0].length, 1);
        for (int y = 0; y < noise.length; y++) {
            double[] row = flakes.rows()[y];
            for (int x = 0; x < row.length; x++) {
                double value = noise[y][x];
                row[x] = value < setting.threshold() ? 0 : Math.floor(Math.max(0, Math.min(1, value)) * Raster.WHITE);
            }
        }
        return flakes;
    }

    /** Returns the layer of flakes after the motion blur: (H, W), 0 to 255, whole numbers. */
    static Raster blurred(Raster flakes, Setting setting, double angle) {
        Raster blurred = MotionTaps.of(setting.radius(), setting.sigma(), angle).apply(flakes);
        for (double[] row : blurred.rows()) {
            for (int x = 0; x < row.length; x++) {
                row[x] = Math.floor(Math.max(0, Math.min(Raster.WHITE, row[x])) + 0.5);
            }
        }
        return blurred;
    }
}

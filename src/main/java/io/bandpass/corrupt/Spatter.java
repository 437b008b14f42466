package io.bandpass.corrupt;

import io.bandpass.image.EdgeRelief;
import java.util.List;

/** Spatter of water or, at the higher severities, mud: drops are where smoothed noise exceeds a threshold. */
final class Spatter implements UnitCorruption {
    /**
     * Parameters of a severity.
     *
     * @param mean of the noise
     * @param deviation of the noise
     * @param sigma of its smoothing, in pixels
     * @param threshold above which there is a drop
     * @param strength of water: its largest weight; of mud: the deviation of a second smoothing, in pixels
     * @param mud whether it is mud
     */
    record Setting(double mean, double deviation, double sigma, double threshold, double strength, boolean mud) {}

    static final SeverityTable<Setting> PARAMETERS = new SeverityTable<>(
            List.of(
                    new Setting(.65, .3, 4, .69, .6, false),
                    new Setting(.65, .3, 3, .68, .6, false),
                    new Setting(.65, .3, 2, .68, .5, false),
                    new Setting(.65, .3, 1, .65, 1.5, true),
                    new Setting(.67, .4, 1, .65, 1.5, true)),
            List.of(
                    new Setting(.62, .1, .7, .7, .6, false),
                    new Setting(.65, .1, .8, .7, .6, false),
                    new Setting(.65, .3, 1, .69, .6, false),
                    new Setting(.65, .1, .7, .68, .6, true),
                    new Setting(.65, .1, .5, .67, .6, true)),
            List.of(
                    new Setting(.62, .1, .7, .7, .5, false),
                    new Setting(.65, .1, .8, .7, .5, false),
                    new Setting(.65, .3, 1, .69, .5, false),
                    new Setting(.65, .1, .7, .69, .6, true),
                    new Setting(.65, .1, .5, .68, .6, true)));

    private static final double[] WATER = {175 / 255.0, 238 / 255.0, 238 / 255.0};
    private static final double[] MUD = {63 / 255.0, 42 / 255.0, 20 / 255.0};

    /** Weight below which there is no mud. */
    private static final double LEAST_MUD = 0.8;

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        Setting setting = PARAMETERS.at(severity);
        Raster weights = weights(image.height(), image.width(), setting, draws);
        double[] colour = setting.mud() ? MUD : WATER;
        for (int y = 0; y < image.height(); y++) {
            double[] row = image.rows()[y];
            for (int i = 0; i < row.length; i++) {
                double weight = weights.rows()[y][i / Raster.RGB];
                // Water reflects light, mud covers what is behind it.
                double kept = setting.mud() ? 1 - weight : 1;
                row[i] = row[i] * kept + weight * colour[i % Raster.RGB];
            }
        }
        return image;
    }

    /** Draws the weight of the colour in each pixel: (H, W). */
    static Raster weights(int height, int width, Setting setting, Draws draws) {
        Raster liquid = liquid(height, width, setting, draws);
        return setting.mud() ? mud(liquid, setting) : water(liquid, setting);
    }

    /** Draws the smoothed noise: (H, W). */
    static Raster liquid(int height, int width, Setting setting, Draws draws) {
        float[] normal = draws.normal(height * width);
        Raster noise = Raster.blank(height, width, 1);
        for (int i = 0; i < normal.length; i++) {
            noise.rows()[i / width][i % width] = setting.mean() + setting.deviation() * normal[i];
        }
        return new GaussianFilter(setting.sigma()).apply(noise);
    }

    private static Raster mud(Raster liquid, Setting setting) {
        for (double[] row : liquid.rows()) {
            for (int x = 0; x < row.length; x++) {
                row[x] = row[x] > setting.threshold() ? 1 : 0;
            }
        }
        Raster weights = new GaussianFilter(setting.strength()).apply(liquid);
        for (double[] row : weights.rows()) {
            for (int x = 0; x < row.length; x++) {
                row[x] = row[x] < LEAST_MUD ? 0 : row[x];
            }
        }
        return weights;
    }

    private static Raster water(Raster liquid, Setting setting) {
        int width = liquid.width();
        byte[] levels = new byte[liquid.height() * width];
        for (int i = 0; i < levels.length; i++) {
            double value = liquid.rows()[i / width][i % width];
            levels[i] = (byte) (int) (value < setting.threshold() ? 0 : Math.min(1, value) * Raster.WHITE);
        }
        byte[] relief = EdgeRelief.of(levels, liquid.height(), width);
        int largest = 0;
        for (int i = 0; i < levels.length; i++) {
            largest = Math.max(largest, (levels[i] & 0xFF) * (relief[i] & 0xFF));
        }
        // Without drops in the light there is nothing to scale.
        double scale = largest == 0 ? 0 : setting.strength() / largest;
        for (int i = 0; i < levels.length; i++) {
            liquid.rows()[i / width][i % width] = (levels[i] & 0xFF) * (relief[i] & 0xFF) * scale;
        }
        return liquid;
    }
}

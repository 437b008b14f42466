package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;

/**
 * Bandpass's own frost, for those who do not have the published pictures: a fractal cloud of ice, with needles in three
 * directions 60 degrees apart, of bluish white. It is of similar brightness as the pictures, but its results are not
 * comparable to published ones.
 */
final class FrostTexture implements FrostSource {
    private static final double CLOUD_DECAY = 1.7;
    private static final int DIRECTIONS = 3;
    private static final double HALF_TURN = 180;
    /** Half the length of a needle, as a part of the shorter side. */
    private static final int LENGTH_PART = 16;

    private static final double DARKEST = 0.2;
    private static final double CLOUD = 0.4;
    private static final double NEEDLES = 0.3;
    private static final double[] COLOUR = {0.88, 0.95, 1};

    @Override
    public RgbBytes draw(int height, int width, CorruptionScale scale, Draws draws) {
        double[][] cloud = PlasmaMap.draw(PlasmaMap.side(height, width), CLOUD_DECAY, draws);
        Raster needles = needles(height, width, draws);
        Raster texture = Raster.blank(height, width, Raster.RGB);
        for (int y = 0; y < height; y++) {
            double[] row = texture.rows()[y];
            for (int x = 0; x < width; x++) {
                double ice = cloud[y][x];
                double value = DARKEST + CLOUD * ice + NEEDLES * ice * needles.rows()[y][x];
                for (int channel = 0; channel < Raster.RGB; channel++) {
                    row[x * Raster.RGB + channel] = value * COLOUR[channel];
                }
            }
        }
        return texture.toBytes();
    }

    /** Draws noise smoothed along one line or another, with a variance of about 1 for each: (H, W). */
    private static Raster needles(int height, int width, Draws draws) {
        int radius = Math.min(height, width) / LENGTH_PART;
        double first = draws.between(0, HALF_TURN);
        Raster noise = Raster.blank(height, width, 1);
        float[] normal = draws.normal(height * width);
        for (int i = 0; i < normal.length; i++) {
            noise.rows()[i / width][i % width] = normal[i];
        }
        Raster most = Raster.blank(height, width, 1);
        for (int direction = 0; direction < DIRECTIONS; direction++) {
            MotionTaps taps = MotionTaps.of(radius, radius, first + direction * HALF_TURN / DIRECTIONS);
            double deviation = taps.deviation();
            Raster smooth = taps.apply(noise);
            for (int y = 0; y < height; y++) {
                double[] row = most.rows()[y];
                for (int x = 0; x < width; x++) {
                    row[x] = Math.max(row[x], smooth.rows()[y][x] / deviation);
                }
            }
        }
        return most;
    }
}

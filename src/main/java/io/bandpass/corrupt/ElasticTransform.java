package io.bandpass.corrupt;

import java.util.List;

/**
 * Elastic distortion (Simard, Steinkraus and Platt, ICDAR 2003): three corners of a central square are moved at random,
 * and the image with them by an affine map, then each pixel by a smoothed random displacement. Lengths are multiples of
 * the image's side. As published, ImageNet-C takes those of 244 pixels for its images of 224.
 */
final class ElasticTransform implements UnitCorruption {
    /**
     * Parameters of a severity.
     *
     * @param alpha factor of the displacement, in sides
     * @param sigma of its smoothing, in sides
     * @param affine largest move of a corner along each axis, in sides
     */
    record Setting(double alpha, double sigma, double affine) {
        /** Returns the setting in pixels. */
        Setting times(double side) {
            return new Setting(side * alpha, side * sigma, side * affine);
        }
    }

    private static final SeverityTable<Setting> IN_SIDES = new SeverityTable<>(
            List.of(
                    new Setting(2, .7, .1),
                    new Setting(2, .08, .2),
                    new Setting(.05, .01, .02),
                    new Setting(.07, .01, .02),
                    new Setting(.12, .01, .02)),
            List.of(
                    new Setting(0, 0, .08),
                    new Setting(.05, .3, .06),
                    new Setting(.1, .08, .06),
                    new Setting(.1, .03, .03),
                    new Setting(.16, .03, .02)),
            List.of(
                    new Setting(0, 0, .08),
                    new Setting(.05, .2, .07),
                    new Setting(.08, .06, .06),
                    new Setting(.1, .04, .05),
                    new Setting(.1, .03, .03)));

    private static final double MISTAKEN_SIDE = 244;
    private static final double IMAGENET_SIDE = 224;
    private static final double TRUNCATE = 3;
    private static final int COORDINATES = 6;

    /** Returns the setting for an image, in pixels. */
    static Setting setting(Severity severity, int height, int width) {
        double side = Math.min(height, width);
        return IN_SIDES.at(severity)
                .times(severity.scale() == CorruptionScale.IMAGENET ? MISTAKEN_SIDE * side / IMAGENET_SIDE : side);
    }

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        int height = image.height();
        int width = image.width();
        Setting setting = setting(severity, height, width);
        Raster moved = affine(height, width, setting, draws).warp(image);
        Raster dx = displacement(height, width, setting, draws);
        Raster dy = displacement(height, width, setting, draws);
        BilinearSampler sampler = new BilinearSampler(moved, Border.REFLECT);
        for (int y = 0; y < height; y++) {
            double[] right = dx.rows()[y];
            double[] down = dy.rows()[y];
            for (int x = 0; x < width; x++) {
                sampler.sample(y + down[x], x + right[x], image.rows()[y], x * image.channels());
            }
        }
        return image;
    }

    /** Draws the affine map. */
    static AffineMap affine(int height, int width, Setting setting, Draws draws) {
        float[] moves = draws.symmetric(COORDINATES);
        for (int i = 0; i < moves.length; i++) {
            moves[i] = (float) (moves[i] * setting.affine());
        }
        // Centre and square are in whole pixels.
        return AffineMap.ofMovedSquare(
                Math.floorDiv(width, 2), Math.floorDiv(height, 2), Math.floorDiv(Math.min(height, width), 3), moves);
    }

    /** Draws the displacement along one axis: (H, W), in pixels. */
    static Raster displacement(int height, int width, Setting setting, Draws draws) {
        float[] uniform = draws.symmetric(height * width);
        Raster field = Raster.blank(height, width, 1);
        for (int i = 0; i < uniform.length; i++) {
            field.rows()[i / width][i % width] = uniform[i];
        }
        Raster smooth = new GaussianFilter(setting.sigma(), TRUNCATE, Border.REFLECT).apply(field);
        for (double[] row : smooth.rows()) {
            for (int x = 0; x < width; x++) {
                row[x] *= setting.alpha();
            }
        }
        return smooth;
    }
}

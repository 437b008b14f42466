package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;

/**
 * Numbers for each pixel, in float64 as in the published programs: where many pixels have exactly one colour, truncation
 * to 8 bits would turn rounding of float32 into a level.
 *
 * @param rows one array for each row, with the channels of a pixel side by side: (H, W * C). Rows are arrays of their
 *     own because the JIT compiler vectorises loops over several arrays only where the index is the same in all
 * @param channels of each pixel
 */
record Raster(double[][] rows, int channels) {
    static final int RGB = 3;
    static final double WHITE = 255;

    /** Returns a raster of zeros. */
    static Raster blank(int height, int width, int channels) {
        return new Raster(new double[height][width * channels], channels);
    }

    /** Returns the levels of an image divided by 255. */
    static Raster ofUnit(RgbBytes image) {
        double[] unit = new double[256];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = i / WHITE;
        }
        return of(image, unit);
    }

    /** Returns the levels of an image. */
    static Raster ofLevels(RgbBytes image) {
        double[] level = new double[256];
        for (int i = 0; i < level.length; i++) {
            level[i] = i;
        }
        return of(image, level);
    }

    private static Raster of(RgbBytes image, double[] ofLevel) {
        Raster raster = blank(image.height(), image.width(), RGB);
        byte[] values = image.values();
        int i = 0;
        for (double[] row : raster.rows) {
            for (int x = 0; x < row.length; x++) {
                row[x] = ofLevel[values[i++] & 0xFF];
            }
        }
        return raster;
    }

    int height() {
        return rows.length;
    }

    int width() {
        return rows[0].length / channels;
    }

    /** Returns the image of values in [0, 1]: clipped, multiplied by 255 and truncated. */
    RgbBytes toBytes() {
        byte[] bytes = new byte[Math.multiplyExact(height(), rows[0].length)];
        int i = 0;
        for (double[] row : rows) {
            for (double value : row) {
                bytes[i++] = (byte) (int) (Math.max(0, Math.min(1, value)) * WHITE);
            }
        }
        return new RgbBytes(bytes, height(), width());
    }

    /** Returns the image of values in [0, 255]: clipped and truncated. */
    RgbBytes levelsToBytes() {
        byte[] bytes = new byte[Math.multiplyExact(height(), rows[0].length)];
        int i = 0;
        for (double[] row : rows) {
            for (double value : row) {
                bytes[i++] = (byte) (int) Math.max(0, Math.min(WHITE, value));
            }
        }
        return new RgbBytes(bytes, height(), width());
    }

    /** Returns the raster with rows and columns exchanged: (W, H * C). */
    Raster transposed() {
        int height = height();
        int width = width();
        Raster result = blank(width, height, channels);
        for (int y = 0; y < height; y++) {
            double[] row = rows[y];
            int to = y * channels;
            for (int x = 0; x < width; x++) {
                System.arraycopy(row, x * channels, result.rows[x], to, channels);
            }
        }
        return result;
    }

    /** Returns each row extended on both sides by copies of its first and last pixel. */
    double[][] padded(int pixels) {
        double[][] wide = new double[height()][];
        for (int y = 0; y < wide.length; y++) {
            wide[y] = paddedRow(rows[y], pixels, Border.NEAREST);
        }
        return wide;
    }

    /** Returns a row extended on both sides. */
    double[] paddedRow(double[] row, int pixels, Border border) {
        int width = width();
        double[] wide = new double[row.length + 2 * pixels * channels];
        System.arraycopy(row, 0, wide, pixels * channels, row.length);
        for (int i = 1; i <= pixels; i++) {
            System.arraycopy(row, border.index(-i, width) * channels, wide, (pixels - i) * channels, channels);
            System.arraycopy(
                    row,
                    border.index(width - 1 + i, width) * channels,
                    wide,
                    (pixels + width - 1 + i) * channels,
                    channels);
        }
        return wide;
    }
}

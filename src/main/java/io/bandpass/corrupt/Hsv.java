package io.bandpass.corrupt;

/** Hue, saturation and value, each in [0, 1], in float64 as scikit-image computes them. */
final class Hsv {
    private static final int SECTORS = 6;

    private Hsv() {}

    /** Replaces the RGB of each pixel of a row, in [0, 1], by HSV. */
    static void fromRgb(double[] row) {
        for (int i = 0; i < row.length; i += Raster.RGB) {
            double red = row[i];
            double green = row[i + 1];
            double blue = row[i + 2];
            double value = Math.max(red, Math.max(green, blue));
            double range = value - Math.min(red, Math.min(green, blue));
            row[i] = range == 0 ? 0 : hue(red, green, blue, value, range);
            row[i + 1] = range == 0 ? 0 : range / value;
            row[i + 2] = value;
        }
    }

    private static double hue(double red, double green, double blue, double value, double range) {
        double sector;
        // Of several largest channels the last decides.
        if (blue == value) {
            sector = 4 + (red - green) / range;
        } else if (green == value) {
            sector = 2 + (blue - red) / range;
        } else {
            sector = (green - blue) / range;
        }
        double hue = sector / SECTORS;
        return hue < 0 ? hue + 1 : hue;
    }

    /** Replaces the HSV of each pixel of a row by RGB. */
    static void toRgb(double[] row) {
        for (int i = 0; i < row.length; i += Raster.RGB) {
            double position = row[i] * SECTORS;
            double saturation = row[i + 1];
            double value = row[i + 2];
            int sector = (int) position;
            double fraction = position - sector;
            double lowest = value * (1 - saturation);
            double falling = value * (1 - fraction * saturation);
            double rising = value * (1 - (1 - fraction) * saturation);
            switch (sector) {
                case 1 -> set(row, i, falling, value, lowest);
                case 2 -> set(row, i, lowest, value, rising);
                case 3 -> set(row, i, lowest, falling, value);
                case 4 -> set(row, i, rising, lowest, value);
                case 5 -> set(row, i, value, lowest, falling);
                // A hue of 1 is one of 0.
                default -> set(row, i, value, rising, lowest);
            }
        }
    }

    private static void set(double[] row, int i, double red, double green, double blue) {
        row[i] = red;
        row[i + 1] = green;
        row[i + 2] = blue;
    }
}

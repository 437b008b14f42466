package io.bandpass.corrupt;

import java.util.List;

/** Brightness: a constant is added to the value of HSV. */
final class Brightness implements UnitCorruption {
    /** Amounts added, in [0, 1]. */
    static final SeverityTable<Double> PARAMETERS = new SeverityTable<>(
            List.of(.1, .2, .3, .4, .5), List.of(.1, .2, .3, .4, .5), List.of(.05, .1, .15, .2, .3));

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        double amount = PARAMETERS.at(severity);
        for (double[] row : image.rows()) {
            Hsv.fromRgb(row);
            for (int i = 2; i < row.length; i += Raster.RGB) {
                row[i] = Math.min(1, row[i] + amount);
            }
            Hsv.toRgb(row);
        }
        return image;
    }
}

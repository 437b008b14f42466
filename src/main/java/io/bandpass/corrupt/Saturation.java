package io.bandpass.corrupt;

import java.util.List;

/** Saturation: that of HSV is scaled and shifted. */
final class Saturation implements UnitCorruption {
    /**
     * Parameters of a severity.
     *
     * @param factor of the saturation
     * @param shift added to it
     */
    record Setting(double factor, double shift) {}

    static final SeverityTable<Setting> PARAMETERS = new SeverityTable<>(
            List.of(new Setting(.3, 0), new Setting(.1, 0), new Setting(2, 0), new Setting(5, .1), new Setting(20, .2)),
            List.of(new Setting(.3, 0), new Setting(.1, 0), new Setting(2, 0), new Setting(5, .1), new Setting(30, .2)),
            List.of(
                    new Setting(.3, 0),
                    new Setting(.1, 0),
                    new Setting(1.5, 0),
                    new Setting(2, .1),
                    new Setting(2.5, .2)));

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        Setting setting = PARAMETERS.at(severity);
        for (double[] row : image.rows()) {
            Hsv.fromRgb(row);
            for (int i = 1; i < row.length; i += Raster.RGB) {
                row[i] = Math.max(0, Math.min(1, row[i] * setting.factor() + setting.shift()));
            }
            Hsv.toRgb(row);
        }
        return image;
    }
}

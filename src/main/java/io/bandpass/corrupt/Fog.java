package io.bandpass.corrupt;

import java.util.List;

/** Fog: a fractal cloud is added, and the sum scaled so that its largest possible value is the image's largest. */
final class Fog implements UnitCorruption {
    /**
     * Parameters of a severity.
     *
     * @param thickness factor of the cloud
     * @param decay of the cloud's amplitude; smaller ones make finer clouds
     */
    record Setting(double thickness, double decay) {}

    static final SeverityTable<Setting> PARAMETERS = new SeverityTable<>(
            List.of(
                    new Setting(1.5, 2),
                    new Setting(2, 2),
                    new Setting(2.5, 1.7),
                    new Setting(2.5, 1.5),
                    new Setting(3, 1.4)),
            List.of(
                    new Setting(.4, 3),
                    new Setting(.7, 3),
                    new Setting(1, 2.5),
                    new Setting(1.5, 2),
                    new Setting(2, 1.75)),
            List.of(
                    new Setting(.2, 3),
                    new Setting(.5, 3),
                    new Setting(.75, 2.5),
                    new Setting(1, 2),
                    new Setting(1.5, 1.75)));

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        Setting setting = PARAMETERS.at(severity);
        double thickness = setting.thickness();
        double most = 0;
        for (double[] row : image.rows()) {
            for (double value : row) {
                most = Math.max(most, value);
            }
        }
        double[][] plasma = PlasmaMap.draw(PlasmaMap.side(image.height(), image.width()), setting.decay(), draws);
        for (int y = 0; y < image.height(); y++) {
            double[] row = image.rows()[y];
            double[] cloud = plasma[y];
            for (int i = 0; i < row.length; i++) {
                row[i] = (row[i] + thickness * cloud[i / Raster.RGB]) * most / (most + thickness);
            }
        }
        return image;
    }
}

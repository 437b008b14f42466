package io.bandpass.corrupt;

import java.util.List;

/** Contrast: the distance of each value from the mean of its channel is scaled. */
final class Contrast implements UnitCorruption {
    /** Factors of the distance. */
    static final SeverityTable<Double> PARAMETERS = new SeverityTable<>(
            List.of(.4, .3, .2, .1, .05), List.of(.4, .3, .2, .1, .05), List.of(.75, .5, .4, .3, .15));

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        double factor = PARAMETERS.at(severity);
        double[] means = means(image);
        for (double[] row : image.rows()) {
            for (int x = 0; x < row.length; x += Raster.RGB) {
                for (int channel = 0; channel < Raster.RGB; channel++) {
                    double mean = means[channel];
                    row[x + channel] = (row[x + channel] - mean) * factor + mean;
                }
            }
        }
        return image;
    }

    private static double[] means(Raster image) {
        double[] sums = new double[Raster.RGB];
        for (double[] row : image.rows()) {
            for (int x = 0; x < row.length; x++) {
                sums[x % Raster.RGB] += row[x];
            }
        }
        int pixels = image.height() * image.width();
        return new double[] {sums[0] / pixels, sums[1] / pixels, sums[2] / pixels};
    }
}

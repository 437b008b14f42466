package io.bandpass.corrupt;

import java.util.List;

/** Blur of an unfocused lens; see {@link DiskKernel} for its brightening. */
final class DefocusBlur implements UnitCorruption {
    /**
     * Parameters of a severity.
     *
     * @param radius of the disk, in pixels
     * @param smoothing standard deviation of the smoothing of its edge, in pixels
     */
    record Setting(double radius, double smoothing) {}

    static final SeverityTable<Setting> PARAMETERS = new SeverityTable<>(
            List.of(
                    new Setting(3, .1),
                    new Setting(4, .5),
                    new Setting(6, .5),
                    new Setting(8, .5),
                    new Setting(10, .5)),
            List.of(
                    new Setting(.5, .6),
                    new Setting(1, .1),
                    new Setting(1.5, .1),
                    new Setting(2.5, .01),
                    new Setting(3, .1)),
            List.of(
                    new Setting(.3, .4),
                    new Setting(.4, .5),
                    new Setting(.5, .6),
                    new Setting(1, .2),
                    new Setting(1.5, .1)));

    @Override
    public Raster corrupt(Raster image, Severity severity, Draws draws) {
        Setting setting = PARAMETERS.at(severity);
        return new KernelFilter(DiskKernel.of(setting.radius(), setting.smoothing())).apply(image);
    }
}

package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;
import java.util.List;

/** Motion blur in a random direction within 45 degrees of the horizontal. */
final class MotionBlur implements Corruption {
    /**
     * Parameters of a severity.
     *
     * @param radius half the number of taps less one
     * @param sigma in pixels
     */
    record Setting(int radius, double sigma) {}

    static final SeverityTable<Setting> PARAMETERS = new SeverityTable<>(
            List.of(
                    new Setting(10, 3),
                    new Setting(15, 5),
                    new Setting(15, 8),
                    new Setting(15, 12),
                    new Setting(20, 15)),
            List.of(
                    new Setting(10, 1),
                    new Setting(10, 1.5),
                    new Setting(10, 2),
                    new Setting(10, 2.5),
                    new Setting(12, 3)),
            List.of(new Setting(6, 1), new Setting(6, 1.5), new Setting(6, 2), new Setting(8, 2), new Setting(9, 2.5)));

    private static final double LARGEST_ANGLE = 45;

    @Override
    public RgbBytes apply(RgbBytes image, Severity severity, Draws draws) {
        Setting setting = PARAMETERS.at(severity);
        double angle = draws.between(-LARGEST_ANGLE, LARGEST_ANGLE);
        return MotionTaps.of(setting.radius(), setting.sigma(), angle)
                .apply(Raster.ofLevels(image))
                .levelsToBytes();
    }
}

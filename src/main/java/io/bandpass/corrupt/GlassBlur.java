package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;
import java.util.List;

/**
 * Frosted glass: Gaussian blur, truncated to 8 bits, then pixels moved at random within a neighbourhood, then the blur
 * again. As published, a pixel is not exchanged with its neighbour but overwritten by it, because NumPy's exchange of
 * two rows through views copies one of them twice.
 */
final class GlassBlur implements Corruption {
    /**
     * Parameters of a severity.
     *
     * @param sigma of the blur, in pixels
     * @param reach largest distance of the neighbour, in pixels
     * @param iterations passes over the image
     */
    record Setting(double sigma, int reach, int iterations) {}

    static final SeverityTable<Setting> PARAMETERS = new SeverityTable<>(
            List.of(
                    new Setting(.7, 1, 2),
                    new Setting(.9, 2, 1),
                    new Setting(1, 2, 3),
                    new Setting(1.1, 3, 2),
                    new Setting(1.5, 4, 2)),
            List.of(
                    new Setting(.1, 1, 1),
                    new Setting(.5, 1, 1),
                    new Setting(.6, 1, 2),
                    new Setting(.7, 2, 1),
                    new Setting(.9, 2, 2)),
            List.of(
                    new Setting(.05, 1, 1),
                    new Setting(.25, 1, 1),
                    new Setting(.4, 1, 1),
                    new Setting(.25, 1, 2),
                    new Setting(.4, 1, 2)));

    @Override
    public RgbBytes apply(RgbBytes image, Severity severity, Draws draws) {
        Setting setting = PARAMETERS.at(severity);
        GaussianFilter blur = new GaussianFilter(setting.sigma());
        RgbBytes blurred = blur.apply(Raster.ofUnit(image)).toBytes();
        scatter(blurred, setting, draws);
        return blur.apply(Raster.ofUnit(blurred)).toBytes();
    }

    /** Overwrites pixels by neighbours, from the bottom right to the top left, except in a margin. */
    private static void scatter(RgbBytes image, Setting setting, Draws draws) {
        int reach = setting.reach();
        int height = image.height() - 2 * reach;
        int width = image.width() - 2 * reach;
        byte[] offsets = draws.offsets(setting.iterations() * height * width, reach);
        byte[] values = image.values();
        int rowLength = image.width() * Raster.RGB;
        int next = 0;
        for (int iteration = 0; iteration < setting.iterations(); iteration++) {
            for (int y = height + reach; y > reach; y--) {
                for (int x = width + reach; x > reach; x--) {
                    int to = y * rowLength + x * Raster.RGB;
                    int from = to + offsets[next + 1] * rowLength + offsets[next] * Raster.RGB;
                    values[to] = values[from];
                    values[to + 1] = values[from + 1];
                    values[to + 2] = values[from + 2];
                    next += 2;
                }
            }
        }
    }
}

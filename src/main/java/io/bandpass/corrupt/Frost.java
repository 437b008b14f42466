package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;
import java.util.List;

/** Frost: a weighted sum of the image and a picture of frost. */
final class Frost implements Corruption {
    /**
     * Parameters of a severity.
     *
     * @param image weight of the image
     * @param frost weight of the picture
     */
    record Setting(double image, double frost) {}

    static final SeverityTable<Setting> PARAMETERS = new SeverityTable<>(
            List.of(
                    new Setting(1, .4),
                    new Setting(.8, .6),
                    new Setting(.7, .7),
                    new Setting(.65, .7),
                    new Setting(.6, .75)),
            List.of(
                    new Setting(1, .3),
                    new Setting(.9, .4),
                    new Setting(.8, .45),
                    new Setting(.75, .5),
                    new Setting(.7, .55)),
            List.of(
                    new Setting(1, .2),
                    new Setting(1, .3),
                    new Setting(.9, .4),
                    new Setting(.85, .4),
                    new Setting(.75, .45)));

    private final FrostSource pictures;

    Frost(FrostSource pictures) {
        this.pictures = pictures;
    }

    @Override
    public RgbBytes apply(RgbBytes image, Severity severity, Draws draws) {
        Setting setting = PARAMETERS.at(severity);
        byte[] from = image.values();
        byte[] frost = pictures.draw(image.height(), image.width(), severity.scale(), draws)
                .values();
        byte[] result = new byte[from.length];
        for (int i = 0; i < result.length; i++) {
            double sum = setting.image() * (from[i] & 0xFF) + setting.frost() * (frost[i] & 0xFF);
            result[i] = (byte) (int) Math.min(Raster.WHITE, sum);
        }
        return new RgbBytes(result, image.height(), image.width());
    }
}

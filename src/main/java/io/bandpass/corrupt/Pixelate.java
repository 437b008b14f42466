package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;
import java.util.List;

/** Pixelation: the image is made smaller and larger again, both with a box filter. */
final class Pixelate implements Corruption {
    /** Factors of both sides. */
    static final SeverityTable<Double> PARAMETERS = new SeverityTable<>(
            List.of(.6, .5, .4, .3, .25), List.of(.9, .8, .7, .6, .5), List.of(.95, .9, .85, .75, .65));

    @Override
    public RgbBytes apply(RgbBytes image, Severity severity, Draws draws) {
        RgbBytes small = BoxResize.apply(image, side(image.height(), severity), side(image.width(), severity));
        return BoxResize.apply(small, image.height(), image.width());
    }

    /** Returns the reduced length of a side. */
    static int side(int length, Severity severity) {
        return (int) (length * PARAMETERS.at(severity));
    }
}

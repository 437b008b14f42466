package io.bandpass.corrupt;

import io.bandpass.image.JpegCodec;
import io.bandpass.image.RgbBytes;
import java.util.List;

/** Compression as JPEG, with colours at half the resolution (4:2:0). */
final class JpegCompression implements Corruption {
    /** Qualities, 1 to 100. */
    static final SeverityTable<Integer> PARAMETERS =
            new SeverityTable<>(List.of(25, 18, 15, 10, 7), List.of(65, 58, 50, 40, 25), List.of(80, 65, 58, 50, 40));

    @Override
    public RgbBytes apply(RgbBytes image, Severity severity, Draws draws) {
        return JpegCodec.roundTrip(image, PARAMETERS.at(severity));
    }
}

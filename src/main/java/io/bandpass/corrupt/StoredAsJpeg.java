package io.bandpass.corrupt;

import io.bandpass.image.JpegCodec;
import io.bandpass.image.RgbBytes;

/**
 * The last step of ImageNet-C: corrupted images are stored as JPEG of quality 85 with colours at half the resolution,
 * and evaluated as read from there.
 */
public final class StoredAsJpeg {
    private static final int QUALITY = 85;

    private StoredAsJpeg() {}

    /** Returns the file. */
    public static byte[] encode(RgbBytes image) {
        return JpegCodec.encode(image, QUALITY);
    }

    /** Returns an image as it is read from the file. */
    public static RgbBytes apply(RgbBytes image) {
        return JpegCodec.roundTrip(image, QUALITY);
    }
}

package io.bandpass.image;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.bandpass.config.ConfigException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;

/** JPEG compression with colours at half the resolution (4:2:0), as Pillow's {@code save} at the same quality. */
public final class JpegCodec {
    private static final int BEST = 100;

    private JpegCodec() {}

    /**
     * Returns the image as a JPEG file.
     *
     * @param quality 1 to 100
     * @throws ConfigException if the quality is outside this range
     */
    public static byte[] encode(RgbBytes image, int quality) {
        if (quality < 1 || quality > BEST) {
            throw new ConfigException("a JPEG cannot have quality " + quality + ": it must be 1 to " + BEST);
        }
        OpenCv.load();
        try (PointerScope scope = new PointerScope()) {
            BytePointer file = new BytePointer();
            IntPointer options = new IntPointer(
                    IMWRITE_JPEG_QUALITY, quality, IMWRITE_JPEG_SAMPLING_FACTOR, IMWRITE_JPEG_SAMPLING_FACTOR_420);
            if (!imencode(".jpg", OpenCv.of(reversed(image)), file, options)) {
                throw new IllegalStateException("OpenCV does not write this image as JPEG");
            }
            byte[] bytes = new byte[Math.toIntExact(file.limit())];
            file.get(bytes);
            return bytes;
        }
    }

    /** Returns the image as it is read from its JPEG file. */
    public static RgbBytes roundTrip(RgbBytes image, int quality) {
        byte[] file = encode(image, quality);
        try (PointerScope scope = new PointerScope()) {
            RgbImage decoded = ImageDecoder.read(file, (long) image.height() * image.width());
            return new RgbBytes(decoded.toBytes(), image.height(), image.width());
        } catch (BadImageException e) {
            throw new IllegalStateException("a JPEG that was just written cannot be read", e);
        }
    }

    /** Returns the image with the order of channels that the encoder takes. */
    private static RgbBytes reversed(RgbBytes image) {
        byte[] values = image.values();
        RgbBytes bgr = RgbBytes.blank(image.height(), image.width());
        byte[] result = bgr.values();
        for (int i = 0; i < values.length; i += RgbBytes.CHANNELS) {
            result[i] = values[i + 2];
            result[i + 1] = values[i + 1];
            result[i + 2] = values[i];
        }
        return bgr;
    }
}

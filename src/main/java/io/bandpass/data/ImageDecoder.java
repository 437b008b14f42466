package io.bandpass.data;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_ANYDEPTH;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Encoded bytes to RGB, in the colours of Pillow's {@code convert("RGB")}: alpha dropped, grey repeated, the first frame
 * of an animation, EXIF orientation applied; 16 bits divided by 257 and rounded. Equal to Pillow but for JPEGs in CMYK,
 * which are within one level of it.
 */
final class ImageDecoder {
    private static final String UNDECODABLE = "its pixels cannot be decoded: truncated, damaged or of an unusual kind";

    private ImageDecoder() {}

    static RgbImage decode(byte[] encoded) throws BadImageException {
        if (encoded.length == 0) {
            throw new BadImageException("the file is empty");
        }
        Mat image;
        try {
            // Not IMREAD_COLOR_RGB: it leaves the memory of a 16-bit colour TIFF as it was allocated.
            image = imdecode(new Mat(Transparency.ignored(encoded)), IMREAD_COLOR | IMREAD_ANYDEPTH);
        } catch (RuntimeException e) {
            // The native message is a C++ assertion with source paths.
            throw new BadImageException(UNDECODABLE);
        }
        if (image.empty()) {
            throw new BadImageException(UNDECODABLE);
        }
        if (image.depth() == CV_16U) {
            Mat narrow = new Mat();
            image.convertTo(narrow, CV_8U, 1 / 257.0, 0);
            image = narrow;
        }
        if (image.depth() != CV_8U || image.channels() != 3 || !image.isContinuous()) {
            throw new BadImageException("its pixels are neither 8 nor 16 bits per channel");
        }
        cvtColor(image, image, COLOR_BGR2RGB);
        return new RgbImage(image.data(), image.rows(), image.cols());
    }
}

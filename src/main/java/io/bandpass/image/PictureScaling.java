package io.bandpass.image;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** OpenCV's resizing of 8-bit pictures, not antialiased. */
public final class PictureScaling {
    private PictureScaling() {}

    /**
     * Scales both sides, linearly. The result has the rounded size, but its pixels are those of the exact factor, unlike
     * {@link BilinearResize}'s.
     */
    public static RgbBytes linear(RgbBytes picture, double factor) {
        OpenCv.load();
        try (PointerScope scope = new PointerScope()) {
            Mat result = new Mat();
            resize(OpenCv.of(picture), result, new Size(), factor, factor, INTER_LINEAR);
            return OpenCv.rgb(result);
        }
    }

    /** Resizes with cubic interpolation. */
    public static RgbBytes cubic(RgbBytes picture, int height, int width) {
        OpenCv.load();
        try (PointerScope scope = new PointerScope()) {
            Mat result = new Mat();
            resize(OpenCv.of(picture), result, new Size(width, height), 0, 0, INTER_CUBIC);
            return OpenCv.rgb(result);
        }
    }
}

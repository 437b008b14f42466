package io.bandpass.image;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.bitwise_not;
import static org.bytedeco.opencv.global.opencv_imgproc.Canny;
import static org.bytedeco.opencv.global.opencv_imgproc.DIST_L2;
import static org.bytedeco.opencv.global.opencv_imgproc.DIST_MASK_5;
import static org.bytedeco.opencv.global.opencv_imgproc.THRESH_TRUNC;
import static org.bytedeco.opencv.global.opencv_imgproc.blur;
import static org.bytedeco.opencv.global.opencv_imgproc.distanceTransform;
import static org.bytedeco.opencv.global.opencv_imgproc.equalizeHist;
import static org.bytedeco.opencv.global.opencv_imgproc.filter2D;
import static org.bytedeco.opencv.global.opencv_imgproc.threshold;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Light and shadow along the edges of a map, as in the spatter of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): the
 * distance from Canny's edges, up to 20 pixels, with equalised histogram, is lit from a corner. All steps are OpenCV's.
 */
public final class EdgeRelief {
    private static final double WEAK_EDGE = 50;
    private static final double STRONG_EDGE = 150;
    private static final double FARTHEST = 20;
    private static final float[] LIGHT = {-2, -1, 0, -1, 1, 1, 0, 1, 2};
    private static final int LIGHT_SIDE = 3;

    private EdgeRelief() {}

    /**
     * Returns the relief: height * width bytes, unsigned.
     *
     * @param map height * width bytes, unsigned
     */
    public static byte[] of(byte[] map, int height, int width) {
        OpenCv.load();
        try (PointerScope scope = new PointerScope()) {
            Mat edges = new Mat();
            Canny(OpenCv.of(map, height, width), edges, WEAK_EDGE, STRONG_EDGE);
            Mat background = new Mat();
            bitwise_not(edges, background);
            Mat distance = new Mat();
            distanceTransform(background, distance, DIST_L2, DIST_MASK_5);
            threshold(distance, distance, FARTHEST, FARTHEST, THRESH_TRUNC);
            Size square = new Size(LIGHT_SIDE, LIGHT_SIDE);
            Mat smooth = new Mat();
            blur(distance, smooth, square);
            Mat equalised = new Mat();
            equalizeHist(OpenCv.of(truncated(smooth), height, width), equalised);
            Mat kernel = new Mat(LIGHT_SIDE, LIGHT_SIDE, CV_32FC1);
            kernel.<FloatBuffer>createBuffer().put(LIGHT);
            Mat lit = new Mat();
            filter2D(equalised, lit, CV_8U, kernel);
            Mat relief = new Mat();
            blur(lit, relief, square);
            byte[] result = new byte[map.length];
            relief.<ByteBuffer>createBuffer().get(result);
            return result;
        }
    }

    private static byte[] truncated(Mat values) {
        FloatBuffer floats = values.createBuffer();
        byte[] bytes = new byte[floats.remaining()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) floats.get(i);
        }
        return bytes;
    }
}

package io.bandpass.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;

import io.bandpass.torch.Engine;
import java.nio.ByteBuffer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Loads OpenCV, and exchanges pixels with it. */
final class OpenCv {
    private static boolean loaded;

    private OpenCv() {}

    /** Loads OpenCV; not in a static initialiser, because Java reports the cause of a failure there only once. */
    static synchronized void load() {
        if (!loaded) {
            Engine.load("OpenCV", opencv_core.class, opencv_imgcodecs.class, opencv_imgproc.class);
            // Images are already processed in parallel.
            setNumThreads(1);
            loaded = true;
        }
    }

    /** Copies pixels to native memory, in the order of their channels here. */
    static Mat of(RgbBytes image) {
        Mat copy = new Mat(image.height(), image.width(), CV_8UC3);
        copy.<ByteBuffer>createBuffer().put(image.values());
        return copy;
    }

    /** Copies a map of one byte for each pixel to native memory. */
    static Mat of(byte[] map, int height, int width) {
        Mat copy = new Mat(height, width, CV_8UC1);
        copy.<ByteBuffer>createBuffer().put(map);
        return copy;
    }

    /** Copies pixels back. */
    static RgbBytes rgb(Mat pixels) {
        RgbBytes copy = RgbBytes.blank(pixels.rows(), pixels.cols());
        pixels.<ByteBuffer>createBuffer().get(copy.values());
        return copy;
    }
}

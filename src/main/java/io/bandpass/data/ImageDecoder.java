package io.bandpass.data;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_ANYDEPTH;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.bandpass.torch.Engine;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Encoded bytes to RGB, in the colours of Pillow's {@code convert("RGB")}: alpha dropped, grey repeated, the first frame
 * of an animation, EXIF orientation applied; 16 bits divided by 257 and rounded. Equal to Pillow but for JPEGs in CMYK,
 * which are within one level of it. JPEGs can be decoded at a smaller size, which costs less: their cosine transform is
 * then evaluated for fewer points.
 */
final class ImageDecoder {
    private static final String UNDECODABLE = "its pixels cannot be decoded: truncated, damaged or of an unusual kind";
    private static final long LARGEST_FILE = 1L << 30;

    private static boolean loaded;

    private ImageDecoder() {}

    /** Not when the class is initialised: Java says only the first time why that failed. */
    private static synchronized void load() {
        if (!loaded) {
            Engine.load("OpenCV", opencv_core.class, opencv_imgcodecs.class, opencv_imgproc.class);
            // Images are decoded side by side already.
            setNumThreads(1);
            loaded = true;
        }
    }

    /** Reads and decodes a file. */
    static RgbImage read(Path file, Reduction reduction) throws BadImageException {
        load();
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            if (size > LARGEST_FILE) {
                throw new BadImageException("the file is larger than 1 GiB");
            }
            if (size == 0) {
                throw new BadImageException("the file is empty");
            }
            // Straight into native memory, where the decoder wants it.
            Mat encoded = new Mat(1, (int) size, CV_8UC1);
            ByteBuffer bytes = encoded.createBuffer();
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw new EOFException("it became shorter while it was read");
                }
            }
            return decode(encoded, bytes.rewind(), reduction);
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
    }

    static RgbImage decode(byte[] encoded) throws BadImageException {
        return decode(encoded, Reduction.NONE);
    }

    static RgbImage decode(byte[] encoded, Reduction reduction) throws BadImageException {
        load();
        if (encoded.length == 0) {
            throw new BadImageException("the file is empty");
        }
        Mat copy = new Mat(encoded);
        ByteBuffer bytes = copy.createBuffer();
        return decode(copy, bytes, reduction);
    }

    /** Decodes; the bytes are those of the matrix, and may be changed. */
    private static RgbImage decode(Mat encoded, ByteBuffer bytes, Reduction reduction) throws BadImageException {
        Optional<JpegHeader> jpeg = JpegHeader.of(bytes);
        if (jpeg.isEmpty()) {
            Transparency.ignore(bytes);
            return whole(encoded);
        }
        JpegHeader header = jpeg.get();
        int factor = reduction.factor(header.height(), header.width());
        if (factor > 1 && header.isAlignedAt(factor)) {
            // The flags that reduce begin with 2 at 16; the channels are those that the other flag asks for.
            Mat small = pixels(encoded, IMREAD_COLOR_RGB | IMREAD_REDUCED_GRAYSCALE_2 * (factor / 2));
            boolean asExpected = small.rows() == RgbImage.reduced(header.height(), factor)
                    && small.cols() == RgbImage.reduced(header.width(), factor);
            // Otherwise the decoder sees another orientation, and the choice was made for the wrong size.
            if (asExpected) {
                return RgbImage.reduced(small.data(), header.height(), header.width(), factor);
            }
        }
        Mat image = pixels(encoded, IMREAD_COLOR_RGB);
        if (!header.fits(image.rows(), image.cols())) {
            // The limit on pixels was held against the header.
            throw new BadImageException("its header claims " + header.width() + " x " + header.height()
                    + " pixels, but it holds " + image.cols() + " x " + image.rows());
        }
        return new RgbImage(image.data(), image.rows(), image.cols());
    }

    private static RgbImage whole(Mat encoded) throws BadImageException {
        // Not IMREAD_COLOR_RGB: it leaves the memory of a 16-bit colour TIFF as it was allocated.
        Mat image = pixels(encoded, IMREAD_COLOR | IMREAD_ANYDEPTH);
        cvtColor(image, image, COLOR_BGR2RGB);
        return new RgbImage(image.data(), image.rows(), image.cols());
    }

    private static Mat pixels(Mat encoded, int flags) throws BadImageException {
        Mat image;
        try {
            image = imdecode(encoded, flags);
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
        return image;
    }
}

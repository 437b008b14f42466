package io.bandpass.image;

import static org.bytedeco.opencv.global.opencv_core.CV_16UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_MAKETYPE;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.transpose;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_ANYDEPTH;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.bandpass.torch.QuietLibraries;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Decodes images to RGB, in the colours of Pillow's {@code convert("RGB")}: alpha dropped, grey repeated, the first
 * frame of an animation, EXIF orientation applied; 16-bit samples divided by 257 and rounded, where Pillow drops the
 * low byte. Other than that, the result equals Pillow's, except for CMYK JPEGs: within two levels, because OpenCV
 * divides the product of ink and black by 256. JPEGs can be decoded at a reduced size, which is cheaper because the
 * inverse cosine transform is evaluated at fewer points.
 *
 * <p>JPEG, PNG and WebP are decoded by OpenCV, but not GIF, BMP and TIFF, some variants of which it silently decodes to
 * wrong colours. Memory is allocated for the size in the header of the very bytes that are decoded.
 */
public final class ImageDecoder {
    /** Maximum number of bytes of an encoded image. */
    public static final long LARGEST_FILE = 1L << 30;

    private ImageDecoder() {}

    /**
     * Reads and decodes a file.
     *
     * @param maxPixels maximum number of pixels to decode
     */
    public static RgbImage read(Path file, Reduction reduction, long maxPixels) throws BadImageException {
        OpenCv.load();
        Mat encoded;
        try {
            encoded = Uninterrupted.read(() -> content(file));
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
        if (encoded.empty()) {
            throw new BadImageException("the file is empty");
        }
        return decode(encoded, reduction, maxPixels);
    }

    /**
     * Reads and decodes an image within a file.
     *
     * @param offset of its bytes from the start of the file
     * @param length number of its bytes
     * @param maxPixels maximum number of pixels to decode
     */
    public static RgbImage read(Path file, long offset, int length, Reduction reduction, long maxPixels)
            throws BadImageException {
        OpenCv.load();
        try {
            return decode(Uninterrupted.read(() -> content(file, offset, length)), reduction, maxPixels);
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
    }

    /**
     * Decodes the bytes of a file.
     *
     * @param maxPixels maximum number of pixels to decode
     */
    public static RgbImage read(byte[] content, long maxPixels) throws BadImageException {
        return read(content, Reduction.NONE, maxPixels);
    }

    /** As {@link #read(byte[], long)}, possibly at a smaller size. */
    public static RgbImage read(byte[] content, Reduction reduction, long maxPixels) throws BadImageException {
        OpenCv.load();
        if (content.length == 0) {
            throw new BadImageException("the file is empty");
        }
        Mat encoded = new Mat(1, content.length, CV_8UC1);
        encoded.<ByteBuffer>createBuffer().put(content);
        return decode(encoded, reduction, maxPixels);
    }

    private static Mat content(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            if (size > LARGEST_FILE) {
                throw new IOException("it is larger than 1 GiB");
            }
            if (size == 0) {
                return new Mat();
            }
            return content(channel, 0, (int) size);
        }
    }

    private static Mat content(Path file, long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            if (length > channel.size() - offset) {
                throw new EOFException("its file became shorter");
            }
            return content(channel, offset, length);
        }
    }

    private static Mat content(FileChannel channel, long offset, int length) throws IOException {
        // Read directly into native memory, where the decoder needs it.
        Mat encoded = new Mat(1, length, CV_8UC1);
        ByteBuffer bytes = encoded.createBuffer();
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw new EOFException("it became shorter while it was read");
            }
        }
        return encoded;
    }

    /** Decodes an image; the encoded bytes may be modified. */
    private static RgbImage decode(Mat encoded, Reduction reduction, long maxPixels) throws BadImageException {
        ByteBuffer bytes = encoded.createBuffer();
        Optional<ImageFormat> format = ImageFormat.of(magic(bytes));
        if (format.isEmpty()) {
            throw new BadImageException(BadImageException.UNDECODABLE);
        }
        try (ChannelInput input = new ChannelInput(bytes)) {
            StoredImage header = ImageHeader.read(input, format.get());
            String rejection = HeaderCheck.refusal(header.height(), header.width(), maxPixels);
            if (rejection != null) {
                throw new BadImageException(rejection);
            }
            return decode(encoded, bytes, header, input, reduction);
        } catch (IOException e) {
            // The file is in memory, so only its content can be wrong.
            throw new BadImageException(BadImageException.UNDECODABLE);
        }
    }

    private static byte[] magic(ByteBuffer bytes) {
        byte[] magic = new byte[Math.min(ImageFormat.MAGIC_LENGTH, bytes.limit())];
        bytes.get(0, magic);
        return magic;
    }

    private static RgbImage decode(
            Mat encoded, ByteBuffer bytes, StoredImage header, ChannelInput input, Reduction reduction)
            throws IOException, BadImageException {
        int height = header.storedHeight();
        int width = header.storedWidth();
        if (header instanceof JpegHeader jpeg) {
            return decode(encoded, jpeg, reduction);
        } else if (header instanceof PngHeader png) {
            Mat plain = new Mat(1, PngChunks.keepPixels(bytes), CV_8UC1, encoded.data());
            return upright(colour(plain, height, width, png.isDeep()), header);
        } else if (header instanceof WebpHeader) {
            return upright(colour(encoded, height, width, false), header);
        }
        // Black, so that pixels skipped by a decoder do not show earlier content of the memory.
        Mat image = new Mat(height, width, CV_8UC3, Scalar.all(0));
        ByteBuffer rgb = image.createBuffer();
        if (header instanceof GifHeader gif) {
            GifPixels.decode(gif, input, rgb);
        } else if (header instanceof BmpHeader bmp) {
            BmpPixels.decode(bmp, input, rgb);
        } else if (header instanceof TiffHeader tiff) {
            TiffPixels.decode(tiff, input, rgb);
        } else {
            throw new IllegalStateException("no decoder for " + header);
        }
        return upright(image, header);
    }

    private static RgbImage decode(Mat encoded, JpegHeader header, Reduction reduction) throws BadImageException {
        int factor = reduction.factor(header.height(), header.width());
        if (factor > 1 && header.isAlignedAt(factor)) {
            // The reduction flags start with factor 2 at 16; the number of channels comes from the other flag.
            Mat small = decoded(
                    encoded,
                    IMREAD_COLOR_RGB | IMREAD_REDUCED_GRAYSCALE_2 * (factor / 2),
                    RgbImage.reduced(header.storedHeight(), factor),
                    RgbImage.reduced(header.storedWidth(), factor),
                    CV_8UC3);
            return RgbImage.reduced(
                    upright(small, header.orientation()).data(), header.height(), header.width(), factor);
        }
        return upright(
                decoded(encoded, IMREAD_COLOR_RGB, header.storedHeight(), header.storedWidth(), CV_8UC3), header);
    }

    private static Mat colour(Mat encoded, int height, int width, boolean deep) throws BadImageException {
        Mat image = decoded(encoded, IMREAD_COLOR | IMREAD_ANYDEPTH, height, width, deep ? CV_16UC3 : CV_8UC3);
        if (deep) {
            Mat narrow = new Mat();
            image.convertTo(narrow, CV_8U, 1 / 257.0, 0);
            image = narrow;
        }
        cvtColor(image, image, COLOR_BGR2RGB);
        return image;
    }

    /** Decodes into memory of the size stated in the header, and checks that all of it was written. */
    private static Mat decoded(Mat encoded, int flags, int height, int width, int type) throws BadImageException {
        Mat image = new Mat(height, width, type);
        int pixelBytes = (int) image.elemSize();
        Mat asBytes = new Mat(height, width, CV_MAKETYPE(CV_8U, pixelBytes), image.data());
        DecodedMemory memory = new DecodedMemory(asBytes.createBuffer(), height, width, pixelBytes);
        memory.mark();
        decodeInto(image, encoded, flags, height, width, type);
        if (memory.isMarked()) {
            // The image may contain the colour of the mark, unless a second mark remains as well.
            memory.markOtherwise();
            decodeInto(image, encoded, flags, height, width, type);
            if (memory.isMarked()) {
                throw new BadImageException("its pixels cannot be decoded: the decoder leaves out a part of them");
            }
        }
        return image;
    }

    private static void decodeInto(Mat image, Mat encoded, int flags, int height, int width, int type)
            throws BadImageException {
        Mat result;
        try (QuietLibraries quiet = QuietLibraries.begin()) {
            result = imdecode(encoded, flags | IMREAD_IGNORE_ORIENTATION, image);
        } catch (RuntimeException e) {
            // The native message is a C++ assertion with source paths.
            throw new BadImageException(BadImageException.UNDECODABLE);
        }
        if (result.empty()) {
            throw new BadImageException(BadImageException.UNDECODABLE);
        }
        if (result.rows() != height || result.cols() != width) {
            throw new BadImageException("its header claims " + width + " x " + height + " pixels, but it holds "
                    + result.cols() + " x " + result.rows());
        }
        if (result.type() != type || !result.isContinuous()) {
            throw new BadImageException("its pixels are neither 8 nor 16 bits per channel");
        }
    }

    private static RgbImage upright(Mat image, StoredImage header) {
        return new RgbImage(upright(image, header.orientation()).data(), header.height(), header.width());
    }

    /** Applies the EXIF orientation (EXIF 2.32, 4.6.4, tag 0x0112). */
    private static Mat upright(Mat image, int orientation) {
        if (orientation == ExifOrientation.UPRIGHT) {
            return image;
        }
        Mat upright = new Mat();
        if (orientation >= StoredImage.FIRST_TURNED) {
            transpose(image, upright);
        } else {
            upright = image;
        }
        // Flip codes: 1 mirrors left-right, 0 top-bottom, -1 both.
        switch (orientation) {
            case 2, 6 -> flip(upright, upright, 1);
            case 3, 7 -> flip(upright, upright, -1);
            case 4, 8 -> flip(upright, upright, 0);
            default -> {}
        }
        return upright;
    }
}

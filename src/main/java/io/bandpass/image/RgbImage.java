package io.bandpass.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A decoded image: 8-bit RGB, interleaved, in native memory. Valid as long as the wrapped pointer, which the caller's
 * PointerScope frees. It may have been decoded at a reduced size; {@link #height()} and {@link #width()} are always
 * those of the whole image.
 */
public final class RgbImage {
    private final Pointer pixels;
    private final int height;
    private final int width;
    private final int factor;

    /**
     * Wraps pixels.
     *
     * @param pixels height * width * 3 bytes
     */
    public RgbImage(Pointer pixels, int height, int width) {
        this(pixels, height, width, 1);
    }

    private RgbImage(Pointer pixels, int height, int width, int factor) {
        this.pixels = pixels;
        this.height = height;
        this.width = width;
        this.factor = factor;
    }

    /**
     * Wraps the pixels of a reduced image, each of which represents a square of the whole one.
     *
     * @param height of the whole image
     * @param width of the whole image
     * @param factor edge of the square; there are ceil(height / factor) * ceil(width / factor) pixels
     */
    static RgbImage reduced(Pointer pixels, int height, int width, int factor) {
        return new RgbImage(pixels, height, width, factor);
    }

    /** Copies pixels (height * width * 3 bytes) from the Java heap. */
    public static RgbImage of(byte[] pixels, int height, int width) {
        return new RgbImage(new BytePointer(pixels), height, width);
    }

    /** Copies the pixels (height * width * 3 bytes) of an image at full size to the Java heap. */
    public byte[] toBytes() {
        byte[] bytes = new byte[Math.multiplyExact(3 * height, width)];
        new BytePointer(pixels).get(bytes);
        return bytes;
    }

    /** Copies bytes of an image at full size from an offset, as many as fit or remain; returns their number. */
    public int copy(long from, byte[] target) {
        int count = (int) Math.min(target.length, 3L * height * width - from);
        new BytePointer(pixels).position(from).get(target, 0, count);
        return count;
    }

    /** Rows of the whole image. */
    public int height() {
        return height;
    }

    /** Columns of the whole image. */
    public int width() {
        return width;
    }

    /** Returns the available pixels as a view (1, 3, H, W), uint8, channels last in memory. */
    public Tensor view() {
        return torch.from_blob(
                        pixels, new long[] {1, reduced(height), reduced(width), 3}, new TensorOptions(ScalarType.Byte))
                .permute(0, 3, 1, 2); // (1, 3, H, W)
    }

    /**
     * Returns a crop as a view like {@link #view()}. In a reduced image, each edge of the crop is moved to the nearest
     * edge of a reduced pixel, by at most factor / 2 pixels of the whole image.
     */
    public Tensor part(int top, int left, int partHeight, int partWidth) {
        int firstRow = nearest(top);
        int firstColumn = nearest(left);
        int rows = nearest(top + partHeight) - firstRow;
        int columns = nearest(left + partWidth) - firstColumn;
        return view().narrow(2, firstRow, rows).narrow(3, firstColumn, columns); // (1, 3, h, w)
    }

    private int reduced(int length) {
        return reduced(length, factor);
    }

    /** Returns the reduced length of a side. */
    static int reduced(int length, int factor) {
        return (length + factor - 1) / factor;
    }

    private int nearest(int edge) {
        return (edge + factor / 2) / factor;
    }
}

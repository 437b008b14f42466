package io.bandpass.data;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A decoded image: 8-bit RGB, interleaved, in native memory. Lives as long as the pointer that it was made around, which
 * the caller's PointerScope frees.
 */
public final class RgbImage {
    private final Pointer pixels;
    private final int height;
    private final int width;

    /**
     * Wraps pixels.
     *
     * @param pixels height * width * 3 bytes
     */
    public RgbImage(Pointer pixels, int height, int width) {
        this.pixels = pixels;
        this.height = height;
        this.width = width;
    }

    /** Copies pixels (height * width * 3 bytes) out of the Java heap. */
    public static RgbImage of(byte[] pixels, int height, int width) {
        return new RgbImage(new BytePointer(pixels), height, width);
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** The pixels as a view (1, 3, H, W), uint8, channels last in memory. */
    Tensor view() {
        return torch.from_blob(pixels, new long[] {1, height, width, 3}, new TensorOptions(ScalarType.Byte))
                .permute(0, 3, 1, 2);
    }
}

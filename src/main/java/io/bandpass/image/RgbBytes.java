package io.bandpass.image;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A training image on the Java heap, where per-pixel operations are fast: RGB, interleaved, row by row. Operations
 * return new images and leave their input unchanged.
 *
 * @param values height * width * 3 bytes, unsigned
 */
public record RgbBytes(byte[] values, int height, int width) {
    static final int CHANNELS = 3;

    /** Copies an image (3, H, W), uint8, on the CPU. */
    public static RgbBytes of(Tensor image) {
        Tensor interleaved = image.permute(1, 2, 0).contiguous(); // (H, W, 3)
        RgbBytes copy = blank((int) image.size(1), (int) image.size(2));
        Tensors.bytes(interleaved).get(copy.values);
        return copy;
    }

    /** Returns an image whose bytes are to be filled. */
    static RgbBytes blank(int height, int width) {
        return new RgbBytes(new byte[height * width * CHANNELS], height, width);
    }

    /** Returns the image as a tensor (3, H, W), uint8, channels last in memory. */
    public Tensor tensor() {
        Tensor interleaved = Tensors.empty(ScalarType.Byte, height, width, CHANNELS);
        Tensors.bytes(interleaved).put(values);
        return interleaved.permute(2, 0, 1); // (3, H, W)
    }

    int level(int position) {
        return values[position] & 0xFF;
    }

    int pixels() {
        return height * width;
    }
}

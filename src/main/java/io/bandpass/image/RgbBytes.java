package io.bandpass.image;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A training image on the Java heap, where operations on single pixels are quick: RGB, interleaved, row by row. Operations
 * make new images and leave the old ones as they are.
 *
 * @param values height * width * 3 bytes, without sign
 */
public record RgbBytes(byte[] values, int height, int width) {
    static final int CHANNELS = 3;

    /** Copies an image (3, H, W), uint8, on the CPU. */
    public static RgbBytes of(Tensor image) {
        Tensor interleaved = image.permute(1, 2, 0).contiguous();
        RgbBytes copy = blank((int) image.size(1), (int) image.size(2));
        Tensors.bytes(interleaved).get(copy.values);
        return copy;
    }

    /** An image whose bytes are still to be written. */
    static RgbBytes blank(int height, int width) {
        return new RgbBytes(new byte[height * width * CHANNELS], height, width);
    }

    /** The image as a tensor (3, H, W), uint8, channels last in memory. */
    public Tensor tensor() {
        Tensor interleaved = Tensors.empty(ScalarType.Byte, height, width, CHANNELS);
        Tensors.bytes(interleaved).put(values);
        return interleaved.permute(2, 0, 1);
    }

    int level(int position) {
        return values[position] & 0xFF;
    }

    int pixels() {
        return height * width;
    }
}

package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Pixels as bytes, interleaved, row by row. */
public final class Pixels {
    private Pixels() {}

    public static byte[] of(RgbImage image) {
        return of(image.view());
    }

    /** Of (1, 3, H, W) or (3, H, W). */
    public static byte[] of(Tensor image) {
        Tensor plain = image.dim() == 4 ? image.squeeze(0) : image;
        float[] values = Tensors.toFloats(plain.permute(1, 2, 0));
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) Math.round(values[i]);
        }
        return bytes;
    }

    /** Largest absolute difference of two equally long rows of bytes without sign. */
    static int largestDifference(byte[] actual, byte[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        int largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs((actual[i] & 0xFF) - (expected[i] & 0xFF)));
        }
        return largest;
    }
}

package io.bandpass.data;

import org.bytedeco.pytorch.Tensor;

/**
 * The images of one optimizer step.
 *
 * @param step global step, from 0
 * @param epoch from 0
 * @param indices of the images in their set
 * @param images (N, 3, H, W), uint8, on the CPU; owned by the batch
 */
public record Batch(long step, long epoch, int[] indices, Tensor images) implements AutoCloseable {
    @Override
    public void close() {
        images.close();
    }
}

package io.bandpass.task;

import org.bytedeco.pytorch.Tensor;

/**
 * The images of one optimizer step.
 *
 * @param step global step, from 0
 * @param epoch from 0
 * @param indices of the images in their set
 * @param draws numbers that what is random about each image follows from, with the seed and the epoch: its index, or
 *     another one for each repetition
 * @param images (N, 3, H, W), uint8, on the CPU; owned by the batch
 */
public record Batch(long step, long epoch, int[] indices, int[] draws, Tensor images) implements AutoCloseable {
    @Override
    public void close() {
        images.close();
    }
}

package io.bandpass.task;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Images of one optimizer step, or some of them.
 *
 * @param step global step, from 0
 * @param epoch from 0
 * @param epochsDone epochs of training before this step, fractional: the step divided by the steps per epoch
 * @param indices of the images in their set
 * @param keys random key of each image, combined with the seed and the epoch: its index, or a different number for
 *     each repetition
 * @param images uint8 (N, 3, H, W); those from a loader are on the CPU and owned by the batch
 * @param targets class of each image, int64 (N), or of each pixel, int16 (N, H, W); empty without labels. Owned like
 *     the images
 */
public record Batch(
        long step, long epoch, double epochsDone, int[] indices, int[] keys, Tensor images, Optional<Tensor> targets)
        implements AutoCloseable {
    /** Number of images: N. */
    public int size() {
        return keys.length;
    }

    /** Returns the images from {@code from} (inclusive) to {@code to} (exclusive), as views of the same memory. */
    public Batch slice(int from, int to) {
        return new Batch(
                step,
                epoch,
                epochsDone,
                Arrays.copyOfRange(indices, from, to),
                Arrays.copyOfRange(keys, from, to),
                Tensors.slice(images, 0, from, to),
                targets.map(all -> Tensors.slice(all, 0, from, to)));
    }

    /** Copies the images at some positions. */
    public Batch select(int[] positions) {
        long[] wide = IntStream.of(positions).asLongStream().toArray();
        Tensor rows = Tensors.to(Tensors.ofLongs(wide, wide.length), images.device());
        return new Batch(
                step,
                epoch,
                epochsDone,
                IntStream.of(positions).map(position -> indices[position]).toArray(),
                IntStream.of(positions).map(position -> keys[position]).toArray(),
                images.index_select(0, rows),
                targets.map(all -> all.index_select(0, Tensors.to(rows, all.device()))));
    }

    @Override
    public void close() {
        images.close();
        targets.ifPresent(Tensor::close);
    }
}

package io.bandpass.task;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * The images of one optimizer step, or some of them.
 *
 * @param step global step, from 0
 * @param epoch from 0
 * @param indices of the images in their set
 * @param draws numbers that what is random about each image follows from, with the seed and the epoch: its index, or
 *     another one for each repetition
 * @param images uint8 (N, 3, H, W); those that a loader gives lie on the CPU and are owned by the batch
 * @param targets what is to be predicted of each image: its class, int64 (N); empty where there are no labels. Owned as
 *     the images are
 */
public record Batch(long step, long epoch, int[] indices, int[] draws, Tensor images, Optional<Tensor> targets)
        implements AutoCloseable {
    /** How many images these are: N. */
    public int size() {
        return draws.length;
    }

    /** The images from one place to another, as views of the same memory. */
    public Batch slice(int from, int to) {
        return new Batch(
                step,
                epoch,
                Arrays.copyOfRange(indices, from, to),
                Arrays.copyOfRange(draws, from, to),
                Tensors.slice(images, 0, from, to),
                targets.map(all -> Tensors.slice(all, 0, from, to)));
    }

    /** Copies of the images at some places. */
    public Batch select(int[] places) {
        long[] wide = IntStream.of(places).asLongStream().toArray();
        Tensor rows = Tensors.to(Tensors.ofLongs(wide, wide.length), images.device());
        return new Batch(
                step,
                epoch,
                IntStream.of(places).map(place -> indices[place]).toArray(),
                IntStream.of(places).map(place -> draws[place]).toArray(),
                images.index_select(0, rows),
                targets.map(all -> all.index_select(0, Tensors.to(rows, all.device()))));
    }

    @Override
    public void close() {
        images.close();
        targets.ifPresent(Tensor::close);
    }
}

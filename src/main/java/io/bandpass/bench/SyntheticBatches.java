package io.bandpass.bench;

import io.bandpass.run.RunKind;
import io.bandpass.task.Batch;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.Tensors;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Synthetic batches: always the same random images, at no cost per batch. */
final class SyntheticBatches implements AutoCloseable {
    private final Tensor images;
    private final Tensor targets;
    private final int[] indices;
    private long step;

    /**
     * Creates the images.
     *
     * @param kind of training, whose targets they have
     * @param size edge length in pixels
     */
    SyntheticBatches(RunKind<?> kind, int batchSize, int size) {
        indices = IntStream.range(0, batchSize).toArray();
        targets = Tensors.keep(kind.syntheticTargets(batchSize, size));
        images = Tensors.keep(Tensors.empty(ScalarType.Byte, batchSize, 3, size, size));
        ByteBuffer bytes = Tensors.bytes(images);
        SplittableRandom random = KeyedRandom.of(0, Purpose.PROBE);
        while (bytes.hasRemaining()) {
            bytes.put((byte) random.nextInt());
        }
    }

    /** Returns all images: (N, 3, size, size), uint8. */
    Tensor images() {
        return images;
    }

    /**
     * Returns the batch of the next step and, so that other masks are drawn, of the next epoch; the caller closes it.
     */
    Batch next() {
        // A second handle to the same memory, which the batch may close.
        Batch batch =
                new Batch(step, step, step, indices, indices, new Tensor(images), Optional.of(new Tensor(targets)));
        step++;
        return batch;
    }

    @Override
    public void close() {
        images.close();
        targets.close();
    }
}

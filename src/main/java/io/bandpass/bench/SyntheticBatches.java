package io.bandpass.bench;

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

/** The same random images again and again, as batches that cost nothing to get. */
final class SyntheticBatches implements AutoCloseable {
    /** How many classes the images are said to be of. */
    static final int CLASSES = 1_000;

    private final Tensor images;
    private final Tensor targets;
    private final int[] indices;
    private long step;

    /**
     * Makes the images.
     *
     * @param size edge in pixels
     */
    SyntheticBatches(int batchSize, int size) {
        indices = IntStream.range(0, batchSize).toArray();
        long[] classes =
                IntStream.of(indices).mapToLong(index -> index % CLASSES).toArray();
        targets = Tensors.keep(Tensors.ofLongs(classes, batchSize));
        images = Tensors.keep(Tensors.empty(ScalarType.Byte, batchSize, 3, size, size));
        ByteBuffer bytes = Tensors.bytes(images);
        SplittableRandom random = KeyedRandom.of(0, Purpose.PROBE);
        while (bytes.hasRemaining()) {
            bytes.put((byte) random.nextInt());
        }
    }

    /** All images: (N, 3, size, size), uint8. */
    Tensor images() {
        return images;
    }

    /** A batch of the next step and, so that other filters are drawn, of the next epoch. The caller closes it. */
    Batch next() {
        // A second handle of the same memory, which the batch may close.
        Batch batch = new Batch(step, step, indices, indices, new Tensor(images), Optional.of(new Tensor(targets)));
        step++;
        return batch;
    }

    @Override
    public void close() {
        images.close();
        targets.close();
    }
}

package io.bandpass.eval;

import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.encoder.Classifier;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * A classifier with everything that it needs to turn image bytes into logits. It owns none of its components.
 *
 * @param preprocessing to the input size of the classifier
 * @param processes share the batches of a set of images, and each receives the logits of all
 */
public record Validation(
        Classifier classifier,
        Normalisation normalisation,
        Preprocessing preprocessing,
        int batchSize,
        Compute compute,
        Communicator processes) {
    /**
     * Evaluates the classifier on labelled images.
     *
     * @param labelOf class of an image by its index
     * @param unreadable receives images that cannot be read
     * @throws DataException if no image is readable
     */
    public ClassificationScores scores(ImageSource images, IntUnaryOperator labelOf, UnreadableImages unreadable) {
        ClassificationScores scores = new ClassificationScores(classifier.classes());
        try {
            logits(images, unreadable, (logits, indices) -> {
                long[] labels =
                        IntStream.of(indices).map(labelOf).asLongStream().toArray();
                scores.add(logits, Tensors.ofLongs(labels, labels.length));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (scores.images() == 0) {
            throw DataException.noneReadable(images.size(), "for the evaluation");
        }
        return scores;
    }

    /**
     * Computes logits in evaluation mode and passes them on batch by batch.
     *
     * @param unreadable receives images that cannot be read
     * @param sink receives (n, classes), float32, on the CPU
     */
    public void logits(ImageSource images, UnreadableImages unreadable, FrozenEncoder.Sink sink) throws IOException {
        new InferenceLoop(classifier, preprocessing, batchSize, compute, processes)
                .run(images, unreadable, this::logits, sink);
    }

    /** Returns logits (n, classes), float32, of bytes (n, 3, H, W) on any device. */
    public Tensor logits(Tensor bytes) {
        return compute.forward(() -> classifier.logits(normalisation.apply(normalisation.unit(bytes))));
    }
}

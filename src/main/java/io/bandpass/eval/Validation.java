package io.bandpass.eval;

import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
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
 * A classifier that looks at images, and what it needs to make logits of bytes. It owns none of its parts.
 *
 * @param preprocessing to the size at which it looks
 */
public record Validation(
        Classifier classifier,
        Normalisation normalisation,
        Preprocessing preprocessing,
        int batchSize,
        Compute compute) {
    /**
     * Scores of images whose classes are known.
     *
     * @param labelOf the class of an image by its index
     * @param bad receives images that cannot be read
     * @throws DataException if none can be read
     */
    public ClassificationScores scores(ImageSource images, IntUnaryOperator labelOf, UnreadableImages bad) {
        ClassificationScores scores = new ClassificationScores(classifier.classes());
        try {
            logits(images, bad, (logits, indices) -> {
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
     * Logits of images, handed on batch by batch; in evaluation mode.
     *
     * @param bad receives images that cannot be read
     * @param sink takes (n, classes), float32, on the CPU
     */
    public void logits(ImageSource images, UnreadableImages bad, FrozenEncoder.Sink sink) throws IOException {
        new InferenceLoop(classifier, preprocessing, batchSize, compute).run(images, bad, this::logits, sink);
    }

    /** Bytes (n, 3, H, W) on any device to logits (n, classes), float32. */
    public Tensor logits(Tensor bytes) {
        return compute.forward(() -> classifier.logits(normalisation.apply(normalisation.unit(bytes))));
    }
}

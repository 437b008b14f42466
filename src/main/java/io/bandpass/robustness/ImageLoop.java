package io.bandpass.robustness;

import io.bandpass.robust.Calibration;
import io.bandpass.robust.ClassSubset;
import io.bandpass.robust.Condition;
import io.bandpass.robust.LogitsModel;
import io.bandpass.robust.Measurement;
import io.bandpass.robust.ProbabilityScores;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Passes changed images through a model and scores what it makes of them.
 *
 * @param batchSize images per pass
 */
record ImageLoop(EvaluatedImages images, int batchSize) {
    /** Changes a batch. */
    @FunctionalInterface
    interface Change {
        /**
         * Returns the changed images.
         *
         * @param bytes (n, 3, H, W), uint8, on the CPU
         * @param labels (n), int64, ranks in the subset
         * @param keys numbers of the images
         * @return (n, 3, H, W), float32, in [0, 1], on the device of the model
         */
        Tensor of(Tensor bytes, Tensor labels, int[] keys);
    }

    /**
     * Measures a model.
     *
     * @param stored whether the images were read as others had changed them
     */
    Measurement measure(EvaluatedClassifier model, Condition condition, boolean stored, Watch watch, Change change)
            throws IOException {
        return measure(model, subset(model), condition, stored, watch, change);
    }

    /** Measures a model on the images of some classes, among these. */
    Measurement measure(
            EvaluatedClassifier model,
            ClassSubset subset,
            Condition condition,
            boolean stored,
            Watch watch,
            Change change)
            throws IOException {
        Calibration scores = new Calibration();
        LogitsModel restricted = restricted(model::scored, subset);
        each(model, subset, watch, (bytes, labels, keys, indices) -> {
            Tensor changed = change.of(bytes, labels, keys);
            try (NoGradGuard guard = new NoGradGuard()) {
                Tensor logits = restricted.logits(changed).cpu();
                long notFinite = Tensors.rowsNotFinite(logits);
                if (notFinite > 0) {
                    throw NotFiniteException.of("logits", notFinite, keys.length, "images");
                }
                scores.addLogits(logits, labels);
                watch.saw(new SeenBatch(
                        condition,
                        images.images(),
                        indices,
                        subset.names(),
                        labels,
                        changed,
                        rows -> logits.index_select(0, rows.cpu()),
                        Optional.empty()));
            }
        });
        return new Measurement(
                model.name(),
                condition,
                scores.images(),
                Math.round(scores.accuracy() * scores.images()),
                Optional.of(ProbabilityScores.of(scores)),
                stored,
                List.of());
    }

    /** Passes on the batches of all images whose class the model knows. */
    void each(EvaluatedClassifier model, ClassSubset subset, Watch watch, EvaluatedImages.Sink sink)
            throws IOException {
        images.each(model, subset, batchSize, watch, sink);
    }

    /** Returns the classes in which the images and the model agree. */
    ClassSubset subset(EvaluatedClassifier model) {
        return images.subset(model);
    }

    /** Returns a model restricted to the classes of a subset, in its order, which labels are ranks of. */
    static LogitsModel restricted(LogitsModel model, ClassSubset subset) {
        return images -> subset.select(model.logits(images));
    }
}

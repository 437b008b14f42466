package io.bandpass.eval;

import io.bandpass.data.DataException;
import io.bandpass.data.UnreadableImages;
import io.bandpass.image.BadImageException;
import io.bandpass.labelmap.LabelMapSource;
import io.bandpass.labelmap.LabelMapSource.LabelledImage;
import io.bandpass.nn.Normalisation;
import io.bandpass.segment.Segmenter;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** A segmentation model with everything that it needs to turn images into label maps. It owns none of its components. */
public final class SegmentationValidation {
    /** Receives an image with its prediction, while both are in memory. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes an image.
         *
         * @param index of the image
         * @param prediction class of every pixel, row by row
         * @param scores of this image
         */
        void accept(int index, LabelledImage scene, short[] prediction, SegmentationScores.ImageScores scores);
    }

    private final Segmenter segmenter;
    private final Normalisation normalisation;
    private final SegmentationInference inference;
    private final Compute compute;

    /**
     * Creates a validation.
     *
     * @param settings how images are resized and cut into windows
     * @throws io.bandpass.config.ConfigException if the model does not take windows of their size
     */
    public SegmentationValidation(
            Segmenter segmenter,
            Normalisation normalisation,
            SegmentationInference.Settings settings,
            Compute compute) {
        this.segmenter = segmenter;
        this.normalisation = normalisation;
        this.compute = compute;
        inference =
                new SegmentationInference(this::logits, segmenter.classes(), settings.fitting(segmenter::fittingEdge));
    }

    /** Returns logits (n, K, h', w'), float32, of bytes (n, 3, h, w) on any device. */
    public Tensor logits(Tensor bytes) {
        Tensor onDevice = Tensors.to(bytes, compute.device());
        return compute.forward(() -> segmenter.logits(normalisation.apply(normalisation.unit(onDevice))));
    }

    /**
     * Evaluates the model on images with label maps.
     *
     * @param unreadable receives images or masks that cannot be read
     * @param sink called for each image, in order
     * @throws DataException if no image is readable
     */
    public SegmentationScores scores(LabelMapSource images, UnreadableImages unreadable, Sink sink) {
        SegmentationScores scores = new SegmentationScores(segmenter.classes());
        inEvaluationMode(() -> {
            for (int index = 0; index < images.size(); index++) {
                try (PointerScope scope = new PointerScope()) {
                    LabelledImage scene = images.readLabelled(index);
                    short[] prediction = inference.classes(scene.image().view());
                    scores.add(
                            images.relativeName(index),
                            prediction,
                            scene.labels().ids(),
                            scene.labels().width());
                    sink.accept(
                            index,
                            scene,
                            prediction,
                            scores.images().get(scores.images().size() - 1));
                } catch (BadImageException e) {
                    unreadable.add(images.name(index), e.reason());
                    unreadable.check();
                }
            }
            return scores;
        });
        if (scores.images().isEmpty()) {
            throw DataException.noneReadable(images.size(), "for the evaluation");
        }
        return scores;
    }

    /** Returns the result of inference in evaluation mode; training mode is restored afterwards. */
    public <T> T inEvaluationMode(Supplier<T> inferring) {
        boolean wasTraining = segmenter.isTraining();
        segmenter.setTraining(false);
        try {
            // One call for the whole set, so that autocast casts the weights only once.
            return compute.run(inferring);
        } finally {
            segmenter.setTraining(wasTraining);
        }
    }

    /** How images are segmented, for images in memory. */
    public SegmentationInference inference() {
        return inference;
    }
}

package io.bandpass.pretext;

import io.bandpass.encoder.Encoder;
import io.bandpass.nn.MicroBatchSpans;
import io.bandpass.nn.Parameter;
import io.bandpass.task.Batch;
import io.bandpass.task.TrainingTask;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A self-supervised pre-training task: an encoder, any further trained modules, and a loss without labels. */
public interface PretextTask extends TrainingTask {
    /** Some images of a batch and all randomness drawn for them. */
    interface MicroBatch extends TrainingTask.MicroBatch {
        /**
         * Reconstructs these images, without gradients.
         *
         * @param totals over all images to be reconstructed, for {@link ReconstructedBatch#loss()}
         */
        ReconstructedBatch reconstruct(BatchTotals totals);
    }

    /** The encoder, which downstream tasks load from the weights file. */
    Encoder encoder();

    /**
     * All trained parameters, with the prefixes {@code encoder.} and {@code decoder.}; others, such as a mask token,
     * have no prefix.
     */
    @Override
    List<Parameter> parameters();

    /**
     * Draws the corruption of a batch, or of some of its images, in training: a pure function of the seed, the epoch, each
     * image's key and, for a task whose corruption changes during training, the position of the step.
     *
     * @param batch whose images must outlive the micro-batch
     */
    default MicroBatch microBatch(Batch batch) {
        return microBatch(batch.images(), batch.epoch(), batch.keys());
    }

    /**
     * Draws the corruption of images as in the first step of an epoch.
     *
     * @param images uint8 (n, 3, H, W), on any device; must outlive the micro-batch
     * @param epoch from 0
     * @param indices of the images in their data set
     */
    MicroBatch microBatch(Tensor images, long epoch, int[] indices);

    /**
     * Returns the images as shown in figures: once for each kind of corruption. A task with one kind corrupts them as
     * in the first epoch.
     */
    default List<MicroBatch> pictureBatches(Tensor images, int[] indices) {
        return List.of(microBatch(images, 0, indices));
    }

    @Override
    default List<MicroBatch> microBatches(Batch batch, int microBatchSize) {
        List<MicroBatch> microBatches = new ArrayList<>();
        for (MicroBatchSpans.Span span : MicroBatchSpans.of(batch.size(), microBatchSize)) {
            microBatches.add(microBatch(batch.slice(span.from(), span.to())));
        }
        return microBatches;
    }
}

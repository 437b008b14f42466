package io.bandpass.pretext;

import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Parameter;
import io.bandpass.nn.Parts;
import io.bandpass.task.Batch;
import io.bandpass.task.TrainingTask;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A pre-training task: an encoder, whatever else is trained with it, and a loss that needs no labels.
 */
public interface PretextTask extends TrainingTask {
    /** Some images of a batch, and everything random that happens to them. */
    interface MicroBatch extends TrainingTask.MicroBatch {
        /**
         * What the model sees and makes of these images, without gradients.
         *
         * @param totals over all images that are looked at, for {@link ReconstructedBatch#loss()}
         */
        ReconstructedBatch reconstruct(BatchTotals totals);
    }

    /** The encoder, which outlives the task in the weights file. */
    Encoder encoder();

    /**
     * Everything that is trained, {@code encoder.} and {@code decoder.} before the names; what belongs to neither, such as
     * a mask token, has a name of its own.
     */
    @Override
    List<Parameter> parameters();

    /**
     * Draws what happens to images in training: a pure function of the seed, the epoch and the index of each.
     *
     * @param images uint8 (n, 3, H, W), on any device; must live as long as the part
     * @param epoch from 0
     * @param indices of the images in their data set
     */
    MicroBatch microBatch(Tensor images, long epoch, int[] indices);

    /**
     * The same images as a picture shows them: once for each kind of corruption that the task has. Where there is one,
     * they are corrupted as in the first epoch.
     */
    default List<MicroBatch> looks(Tensor images, int[] indices) {
        return List.of(microBatch(images, 0, indices));
    }

    @Override
    default List<MicroBatch> microBatches(Batch batch, int microBatchSize) {
        List<MicroBatch> parts = new ArrayList<>();
        for (Parts.Span span : Parts.of(batch.size(), microBatchSize)) {
            Batch some = batch.slice(span.from(), span.to());
            parts.add(microBatch(some.images(), some.epoch(), some.draws()));
        }
        return parts;
    }
}

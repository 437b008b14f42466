package io.bandpass.task;

import io.bandpass.nn.MicroBatchSpans;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.StepTimer;
import java.util.Collection;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * A model and its loss over batches of images: everything that a training step needs.
 *
 * <p>All randomness of a step is drawn first, for all micro-batches. The denominator of the loss is therefore known
 * before the first forward pass, and the losses and gradients of the micro-batches add up to those of the whole batch.
 */
public interface TrainingTask extends AutoCloseable {
    /** Some images of a batch and everything drawn for them. */
    interface MicroBatch {
        /** Number of images: n. */
        int images();

        /** This micro-batch's share of the loss denominator. */
        double lossDenominator();

        /**
         * Computes the contribution of these images to the loss of their batch; {@link TrainingTask#forwardBackward}
         * also runs its backward pass.
         *
         * @param totals over all micro-batches of the batch
         * @param timer records the phases corrupt, forward and loss
         * @return scalar; the losses of all micro-batches add up to the loss of the batch
         */
        Tensor loss(BatchTotals totals, StepTimer timer);

        /** Everything drawn for these images, (n, ...) each, under the names that a replay reads. */
        List<NamedTensor> drawn();
    }

    /**
     * The denominators of the loss, summed over all micro-batches of a batch.
     *
     * @param lossDenominator the sum of {@link MicroBatch#lossDenominator()}
     * @param images in the batch
     */
    record BatchTotals(double lossDenominator, long images) {
        public static BatchTotals of(Collection<? extends MicroBatch> microBatches) {
            return new BatchTotals(
                    microBatches.stream()
                            .mapToDouble(MicroBatch::lossDenominator)
                            .sum(),
                    microBatches.stream().mapToLong(MicroBatch::images).sum());
        }
    }

    /** The trainable parameters. */
    List<Parameter> parameters();

    /** Number of trainable values. */
    default long parameterCount() {
        return parameters().stream()
                .mapToLong(parameter -> parameter.tensor().numel())
                .sum();
    }

    /** The parameters and buffers of the model, as stored in checkpoints. */
    List<NamedTensor> state();

    /** Buffers that a forward pass updates, such as batch-norm running statistics. */
    List<NamedTensor> buffers();

    /** The device of the model. */
    Device device();

    /**
     * Splits a batch and draws all randomness of its images: a pure function of the seed, the step and its position in
     * training, the epoch and each image's key.
     *
     * @param batch whose images must outlive the micro-batches
     * @param microBatchSize maximum number of images per micro-batch; {@link MicroBatchSpans} divides the batch
     */
    List<? extends MicroBatch> microBatches(Batch batch, int microBatchSize);

    /**
     * Runs the forward and backward pass of a micro-batch, adding to the gradients of all parameters.
     *
     * @param totals over all micro-batches of the batch
     * @param timer records the phases corrupt, forward, loss and backward
     * @return the micro-batch's contribution to the loss of the batch
     */
    double forwardBackward(MicroBatch microBatch, BatchTotals totals, StepTimer timer);

    /** Switches between training and evaluation. */
    void setTraining(boolean training);

    /** Returns whether it is in training mode. */
    boolean isTraining();

    @Override
    void close();
}

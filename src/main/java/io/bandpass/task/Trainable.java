package io.bandpass.task;

import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.nn.Parts;
import io.bandpass.torch.StepClock;
import java.util.Collection;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * Something with parameters and a loss over batches of images: all that a training step needs to know of what it trains.
 *
 * <p>What is random about a step is drawn first, for all parts of the effective batch; so what the loss is divided by is
 * known before the first part is computed, and parts add up to the whole.
 */
public interface Trainable extends AutoCloseable {
    /** Some images of a batch, and everything random that happens to them. */
    interface Part {
        /** How many images these are: n. */
        int images();

        /** How much these images weigh in the quotient that the loss is. */
        double lossWeight();

        /**
         * What these images add to the loss of their batch; {@link Trainable#forwardBackward} trains on it.
         *
         * @param totals over all parts of the effective batch
         * @param clock is told when preparing, predicting and comparing end
         * @return scalar; the losses of all parts add up to the loss of the batch
         */
        Tensor loss(Totals totals, StepClock clock);

        /** What was drawn for these images and can be given back in a replay, by the names that one reads: (n, ...). */
        List<NamedTensor> drawn();
    }

    /**
     * What the losses of the parts of a batch are divided by.
     *
     * @param lossWeight the sum of {@link Part#lossWeight()}
     * @param images in all
     */
    record Totals(double lossWeight, long images) {
        public static Totals of(Collection<? extends Part> parts) {
            return new Totals(
                    parts.stream().mapToDouble(Part::lossWeight).sum(),
                    parts.stream().mapToLong(Part::images).sum());
        }
    }

    /** Everything that is trained. */
    List<Parameter> parameters();

    /** Everything that a checkpoint holds of the model. */
    List<NamedTensor> state();

    /** What of the state changes in a forward pass: running statistics. */
    List<NamedTensor> buffers();

    /** Where the model lives. */
    Device device();

    /**
     * Draws what happens to the images of a step: a pure function of the seed, the step, the epoch and the draw of each.
     *
     * @param batch whose images must live as long as the parts
     * @param microBatchSize most images of a part; {@link Parts} divides the batch
     */
    List<? extends Part> parts(Batch batch, int microBatchSize);

    /**
     * Forward and backward pass of a part: adds to the gradients of all parameters.
     *
     * @param totals over all parts of the effective batch
     * @param clock is told when preparing, predicting, comparing and the backward pass end
     * @return what the images of the part add to the loss of their batch
     */
    double forwardBackward(Part part, Totals totals, StepClock clock);

    /** Switches between training and evaluation. */
    void setTraining(boolean training);

    @Override
    void close();
}

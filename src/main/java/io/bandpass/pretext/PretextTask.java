package io.bandpass.pretext;

import io.bandpass.encoder.Encoder;
import io.bandpass.frequency.LossWeight;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.StepClock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * A pre-training task: an encoder, whatever else is trained with it, and a loss that needs no labels.
 *
 * <p>What is random about a step is drawn first, for all parts of the effective batch; so what the loss is divided by is
 * known before the first part is computed, and parts add up to the whole.
 */
public interface PretextTask extends AutoCloseable {
    /** Some images of a batch, and everything random that happens to them. */
    interface Part {
        /** How many images these are: n. */
        int images();

        /** How much these images weigh in the quotient that the loss is. */
        double lossWeight();

        /**
         * What these images add to the loss of their batch.
         *
         * @param totals over all parts of the effective batch
         * @param clock is told when corrupting, encoding and decoding, and comparing end
         * @return scalar; the losses of all parts add up to the loss of the batch
         */
        Tensor loss(Totals totals, StepClock clock);

        /**
         * What the model sees and makes of these images, without gradients.
         *
         * @param totals over all images that are looked at, for {@link Look#loss()}
         */
        Look look(Totals totals);

        /** What was drawn and can be given back to the task, by the names that a replay reads. */
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

        /** The same as the frequency loss takes it. */
        LossWeight weight() {
            return new LossWeight(lossWeight, images);
        }
    }

    /**
     * A part of a batch seen from outside. Images are (n, 3, H, W); 0 to 1 is their range, which predictions may leave.
     *
     * @param captions what was done to each image, in a few words
     * @param corrupted what the encoder was given, before normalisation
     * @param mask (n, H, W), 1 where the encoder was given a frequency (centred) or pixel; nothing for tasks without one
     * @param prediction what the decoder made of it
     * @param combined what was given kept, and the rest predicted; nothing where nothing was given unchanged
     * @param imageLosses (n): the loss of each image as a batch of its own
     * @param loss what these images add to the loss of all
     */
    record Look(
            List<String> captions,
            Tensor corrupted,
            Optional<Tensor> mask,
            Tensor prediction,
            Optional<Tensor> combined,
            Tensor imageLosses,
            double loss) {}

    /** The encoder, which outlives the task in the weights file. */
    Encoder encoder();

    /**
     * Everything that is trained, {@code encoder.} and {@code decoder.} before the names; what belongs to neither, such as
     * a mask token, has a name of its own.
     */
    List<Parameter> parameters();

    /** Everything that a checkpoint holds of the model. */
    List<NamedTensor> state();

    /** What of the state changes in a forward pass: running statistics. */
    List<NamedTensor> buffers();

    /** Where the model lives. */
    Device device();

    /**
     * Draws what happens to images in training: a pure function of the seed, the epoch and the index of each.
     *
     * @param images uint8 (n, 3, H, W), on any device; must live as long as the part
     * @param epoch from 0
     * @param indices of the images in their data set
     */
    Part part(Tensor images, long epoch, int[] indices);

    /**
     * The same images as a picture shows them: once for each kind of corruption that the task has. Where there is one,
     * they are corrupted as in the first epoch.
     */
    default List<Part> looks(Tensor images, int[] indices) {
        return List.of(part(images, 0, indices));
    }

    /** The backward pass of what {@link Part#loss} gave last, in the same scope: adds to the gradients of all parameters. */
    void backward(Tensor loss);

    /** Switches between training and evaluation. */
    void setTraining(boolean training);

    @Override
    void close();
}

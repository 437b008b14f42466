package io.bandpass.pretext;

import io.bandpass.encoder.Encoder;
import io.bandpass.frequency.FilterDraws;
import io.bandpass.frequency.LossWeight;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.StepClock;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * A pre-training task: an encoder, whatever else is trained with it, and a loss that needs no labels.
 *
 * <p>What is random about a step is drawn first, on the host, for the whole effective batch; so the normaliser of the
 * loss is known before the first part of the batch is computed, and parts add up to the whole.
 */
public interface PretextTask extends AutoCloseable {
    /**
     * What was drawn for some images.
     *
     * @param filters which frequencies each image keeps
     * @param lossWeight how much these images weigh in the quotients that the loss is
     */
    record Draw(FilterDraws filters, LossWeight lossWeight) {}

    /** A step seen from outside: what went in and what came out, images in [0, 1], (N, 3, H, W). */
    record Reconstruction(Tensor corrupted, Tensor prediction, Tensor combined) {}

    /** The encoder, which outlives the task in the weights file. */
    Encoder encoder();

    /** Everything that is trained, {@code encoder.} and {@code decoder.} before the names. */
    List<Parameter> parameters();

    /** Everything that a checkpoint holds of the model. */
    List<NamedTensor> state();

    /** What of the state changes in a forward pass: running statistics. */
    List<NamedTensor> buffers();

    /** Where the model lives. */
    Device device();

    /**
     * Draws what happens to these images.
     *
     * @param images uint8 (N, 3, H, W), of which some masks depend
     * @param epoch from 0
     * @param indices of the images in their data set
     */
    Draw draw(Tensor images, long epoch, int[] indices);

    /** The draw for these filters, for pictures and replays. */
    Draw draw(Tensor images, FilterDraws filters);

    /**
     * The loss of a part of a batch.
     *
     * @param images uint8 (n, 3, H, W), on any device
     * @param filters which frequencies each of them keeps
     * @param whole the sum of {@link Draw#lossWeight()} over the whole effective batch
     * @param clock is told when corrupting, encoding and decoding, and comparing end
     * @return scalar; the losses of all parts add up to the loss of the batch
     */
    Tensor loss(Tensor images, FilterDraws filters, LossWeight whole, StepClock clock);

    /** The backward pass of what {@link #loss} gave last, in the same scope: adds to the gradients of all parameters. */
    void backward(Tensor loss);

    /** What the model sees and makes of these images, without gradients. */
    Reconstruction reconstruct(Tensor images, FilterDraws filters);

    /** Switches between training and evaluation. */
    void setTraining(boolean training);

    @Override
    void close();
}

package io.bandpass.encoder;

import io.bandpass.nn.ActivationCheckpointing;
import io.bandpass.nn.BlockChain;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.StepTimer.Phase;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Forward and backward passes of an encoder with its head, in a given precision and with optional activation
 * checkpointing.
 */
public final class ForwardPass {
    private final Compute compute;
    private final Optional<ActivationCheckpointing> checkpointing;

    /**
     * Creates the passes of an encoder.
     *
     * @param checkpointing whether activations are recomputed in the backward pass
     */
    public ForwardPass(Encoder encoder, Compute compute, boolean checkpointing) {
        this.compute = compute;
        this.checkpointing =
                checkpointing ? Optional.of(new ActivationCheckpointing(encoder, compute)) : Optional.empty();
    }

    /**
     * Runs the forward pass of a training step, for {@link #forwardBackward}.
     *
     * @param head maps the result of the blocks to a prediction
     * @return the prediction in float32
     */
    public Tensor forward(List<UnaryOperator<Tensor>> blocks, Tensor input, UnaryOperator<Tensor> head) {
        return forward(BlockChain.of(blocks), input, outputs -> head.apply(outputs.get(0)));
    }

    /**
     * Runs the forward pass for a head that takes several feature maps.
     *
     * @param chain for instance {@link Encoder#intermediateBlocks}
     */
    public Tensor forward(BlockChain chain, Tensor input, Function<List<Tensor>, Tensor> head) {
        return predictions(chain, input, maps -> List.of(head.apply(maps))).get(0);
    }

    /**
     * Runs the forward pass for a head that makes several predictions of several feature maps.
     *
     * @param chain for instance {@link Encoder#intermediateBlocks}
     * @return the predictions in float32
     */
    public List<Tensor> predictions(BlockChain chain, Tensor input, UnaryOperator<List<Tensor>> head) {
        Supplier<List<Tensor>> maps;
        if (checkpointing.isPresent()) {
            List<Tensor> results = checkpointing.get().forward(chain, input);
            maps = () -> chain.read(results);
        } else {
            maps = () -> chain.forward(input);
        }
        return compute.run(() -> head.apply(maps.get())).stream()
                .map(prediction -> prediction.to(ScalarType.Float))
                .toList();
    }

    /** Runs a forward pass without a subsequent backward pass. */
    public Tensor infer(List<UnaryOperator<Tensor>> blocks, Tensor input, UnaryOperator<Tensor> head) {
        return infer(BlockChain.of(blocks), input, outputs -> head.apply(outputs.get(0)));
    }

    /** Runs an inference pass for a head that takes several feature maps. */
    public Tensor infer(BlockChain chain, Tensor input, Function<List<Tensor>, Tensor> head) {
        return compute.forward(() -> head.apply(chain.forward(input)));
    }

    /**
     * Runs a forward pass to a loss, and its backward pass. No other forward pass may come in between: checkpointing
     * recomputes the latest one.
     *
     * @param loss of a {@link #forward prediction}
     * @param timer records the end of the backward pass
     * @return the loss
     */
    public double forwardBackward(Supplier<Tensor> loss, StepTimer timer) {
        try (PointerScope scope = new PointerScope()) {
            Tensor value = loss.get();
            value.backward();
            checkpointing.ifPresent(ActivationCheckpointing::backward);
            timer.endPhase(Phase.BACKWARD);
            return value.item_double();
        }
    }

    public Device device() {
        return compute.device();
    }
}

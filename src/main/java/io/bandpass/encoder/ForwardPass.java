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

/** How an encoder is run with whatever stands behind it: in which precision, and with what kept for the backward pass. */
public final class ForwardPass {
    private final Compute compute;
    private final Optional<ActivationCheckpointing> checkpointing;

    /**
     * Passes of an encoder.
     *
     * @param checkpointing whether its activations are computed again for the backward pass
     */
    public ForwardPass(Encoder encoder, Compute compute, boolean checkpointing) {
        this.compute = compute;
        this.checkpointing =
                checkpointing ? Optional.of(new ActivationCheckpointing(encoder, compute)) : Optional.empty();
    }

    /**
     * The forward pass of a training step, for {@link #forwardBackward}.
     *
     * @param head from what the blocks return to a prediction
     * @return the prediction in float32
     */
    public Tensor forward(List<UnaryOperator<Tensor>> blocks, Tensor input, UnaryOperator<Tensor> head) {
        return forward(BlockChain.of(blocks), input, outputs -> head.apply(outputs.get(0)));
    }

    /**
     * The same for a head that takes several feature maps.
     *
     * @param chain for instance {@link Encoder#intermediateBlocks}
     */
    public Tensor forward(BlockChain chain, Tensor input, Function<List<Tensor>, Tensor> head) {
        if (checkpointing.isEmpty()) {
            return infer(chain, input, head);
        }
        List<Tensor> results = checkpointing.get().forward(chain, input);
        return compute.forward(() -> head.apply(chain.read(results)));
    }

    /** A forward pass that no backward pass follows. */
    public Tensor infer(List<UnaryOperator<Tensor>> blocks, Tensor input, UnaryOperator<Tensor> head) {
        return infer(BlockChain.of(blocks), input, outputs -> head.apply(outputs.get(0)));
    }

    /** The same for a head that takes several feature maps. */
    public Tensor infer(BlockChain chain, Tensor input, Function<List<Tensor>, Tensor> head) {
        return compute.forward(() -> head.apply(chain.forward(input)));
    }

    /**
     * A forward pass to a loss, and its backward pass. Nothing may come between the two, since what is computed again for
     * the backward pass is that of the last prediction.
     *
     * @param loss of a {@link #forward prediction}
     * @param timer is told when the backward pass ends
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

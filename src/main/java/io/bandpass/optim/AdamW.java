package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Operators;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * AdamW (Loshchilov and Hutter, ICLR 2019) with two groups, with and without weight decay, each updated in one native
 * call. Moments are float32 on the parameters' device.
 */
public final class AdamW implements AutoCloseable {
    /** As in LibTorch, against a division by 0. */
    private static final double CLIP_EPSILON = 1e-6;

    private record Slot(Parameter parameter, Tensor first, Tensor second) {}

    private final List<Parameter> parameters;
    private final OptimizerConfig config;
    private final List<Slot> decayed = new ArrayList<>();
    private final List<Slot> free = new ArrayList<>();
    /** How many updates were made: one number, as every parameter takes part in every update. */
    private final Tensor updates;

    public AdamW(List<Parameter> parameters, OptimizerConfig config) {
        this.parameters = List.copyOf(parameters);
        this.config = config;
        try (PointerScope scope = new PointerScope()) {
            for (Parameter parameter : parameters) {
                Tensor data = parameter.tensor().detach();
                Slot slot =
                        new Slot(parameter, Tensors.keep(torch.zeros_like(data)), Tensors.keep(torch.zeros_like(data)));
                (parameter.decay() ? decayed : free).add(slot);
            }
            Tensor counter = Tensors.zeros(ScalarType.Float);
            updates = Tensors.keep(
                    parameters.isEmpty()
                            ? counter
                            : Tensors.to(counter, parameters.get(0).tensor().device()));
        }
    }

    /** Forgets the gradients of the last step, so that the next backward pass starts from nothing. */
    public void clearGradients() {
        parameters.forEach(parameter -> parameter.tensor().mutable_grad().reset());
    }

    /**
     * Scales all gradients together so that their norm is at most {@link OptimizerConfig#clip()}.
     *
     * @return the norm before clipping
     */
    public double clipGradients() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            TensorVector norms = new TensorVector();
            for (Parameter parameter : parameters) {
                norms.push_back(gradientOf(parameter).norm());
            }
            double norm = torch.stack(norms).norm().item_double();
            // LibTorch's own multiplies in any case, by 1 where nothing is to be clipped.
            double factor = config.clip() / (norm + CLIP_EPSILON);
            if (config.clip() > 0 && factor < 1) {
                Scalar scale = new Scalar(factor);
                parameters.forEach(parameter -> gradientOf(parameter).mul_(scale));
            }
            return norm;
        }
    }

    private static Tensor gradientOf(Parameter parameter) {
        Tensor gradient = parameter.tensor().grad();
        if (!gradient.defined()) {
            throw new IllegalStateException(
                    "parameter " + parameter.name() + " has no gradient: no part of the loss depends on it");
        }
        return gradient;
    }

    /** One update of every parameter with these gradients. */
    public void step(double learningRate) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            updates.add_(new Scalar(1));
            update(decayed, learningRate, config.weightDecay());
            update(free, learningRate, 0);
        }
    }

    private void update(List<Slot> slots, double learningRate, double weightDecay) {
        TensorVector parameters = new TensorVector();
        TensorVector gradients = new TensorVector();
        TensorVector first = new TensorVector();
        TensorVector second = new TensorVector();
        TensorVector steps = new TensorVector();
        for (Slot slot : slots) {
            parameters.push_back(slot.parameter().tensor());
            gradients.push_back(gradientOf(slot.parameter()));
            first.push_back(slot.first());
            second.push_back(slot.second());
            steps.push_back(updates);
        }
        if (!slots.isEmpty()) {
            Operators.fusedAdamW(
                    parameters,
                    gradients,
                    first,
                    second,
                    steps,
                    learningRate,
                    config.betas().get(0),
                    config.betas().get(1),
                    weightDecay,
                    config.epsilon());
        }
    }

    /** Moments and counter, to be saved and restored in place. */
    public List<NamedTensor> state() {
        List<NamedTensor> state = new ArrayList<>();
        state.add(new NamedTensor("updates", updates));
        for (List<Slot> group : List.of(decayed, free)) {
            for (Slot slot : group) {
                state.add(new NamedTensor("exp_avg." + slot.parameter().name(), slot.first()));
                state.add(new NamedTensor("exp_avg_sq." + slot.parameter().name(), slot.second()));
            }
        }
        return state;
    }

    @Override
    public void close() {
        state().forEach(entry -> entry.tensor().close());
    }
}

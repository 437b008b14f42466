package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Updates parameters in place from their gradients. All optimizers share clipping and parameter groups, which differ in
 * layer decay and weight decay; each keeps its own state, in float32 on the parameters' device.
 */
public abstract class Optimizer implements AutoCloseable {
    /** Guards against division by 0, as in LibTorch. */
    private static final double CLIP_EPSILON = 1e-6;

    private final List<Parameter> parameters;
    private final List<ParameterGroup> groups;
    private final double clip;
    private final double weightDecay;

    Optimizer(List<Parameter> parameters, OptimizerConfig config) {
        this.parameters = List.copyOf(parameters);
        groups = ParameterGroup.of(parameters, config.layerDecay());
        clip = config.clip();
        weightDecay = config.weightDecay();
    }

    /** Groups of parameters with the same rate and weight decay; every parameter is in exactly one. */
    public final List<ParameterGroup> groups() {
        return groups;
    }

    /** The weight decay of a group. */
    final double weightDecay(ParameterGroup group) {
        return group.decay() ? weightDecay : 0;
    }

    /** Clears the gradients of the last step, before the next backward pass. */
    public final void clearGradients() {
        parameters.forEach(parameter -> parameter.tensor().mutable_grad().reset());
    }

    /**
     * Scales all gradients together so that their norm is at most {@link OptimizerConfig#clip()}.
     *
     * @return the norm before clipping
     */
    public final double clipGradients() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            TensorVector norms = new TensorVector();
            for (Parameter parameter : parameters) {
                norms.push_back(Tensors.norm(gradientOf(parameter)));
            }
            double norm = torch.stack(norms).norm().item_double();
            // LibTorch's clipping multiplies even if the factor is 1.
            double factor = clip / (norm + CLIP_EPSILON); // min(1, clip / |g|)
            if (clip > 0 && factor < 1) {
                Scalar scale = new Scalar(factor);
                parameters.forEach(parameter -> gradientOf(parameter).mul_(scale));
            }
            return norm;
        }
    }

    static Tensor gradientOf(Parameter parameter) {
        Tensor gradient = parameter.tensor().grad();
        if (!gradient.defined()) {
            throw new IllegalStateException(
                    "parameter " + parameter.name() + " has no gradient: no part of the loss depends on it");
        }
        return gradient;
    }

    static TensorVector gradientsOf(ParameterGroup group) {
        TensorVector gradients = new TensorVector();
        group.parameters().forEach(parameter -> gradients.push_back(gradientOf(parameter)));
        return gradients;
    }

    /**
     * Updates every parameter once with the current gradients.
     *
     * @param rateOfScale maps {@link ParameterGroup#scale()} to the rate of a group, such as
     *     {@link LearningRateSchedule#at(long)}
     */
    public final void step(DoubleUnaryOperator rateOfScale) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            beginStep();
            for (ParameterGroup group : groups) {
                update(group, rateOfScale.applyAsDouble(group.scale()));
            }
        }
    }

    /** Called once per step, before its groups are updated. */
    void beginStep() {}

    /** Updates the parameters of a group; called within a scope and without gradient recording. */
    abstract void update(ParameterGroup group, double learningRate);

    /** State between steps, for saving and restoring in place. */
    public abstract List<NamedTensor> state();

    @Override
    public void close() {
        state().forEach(entry -> entry.tensor().close());
    }
}

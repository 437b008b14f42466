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
 * What updates parameters in place from their gradients. All optimizers share the groups, in which parameters differ by
 * layer decay and weight decay, and clipping; each has a state of its own, in float32 on the parameters' device.
 */
public abstract class Optimizer implements AutoCloseable {
    /** As in LibTorch, against a division by 0. */
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

    /** Parameters with the same rate and weight decay; every parameter is in one of them. */
    public final List<ParameterGroup> groups() {
        return groups;
    }

    /** The weight decay of a group. */
    final double weightDecay(ParameterGroup group) {
        return group.decay() ? weightDecay : 0;
    }

    /** Forgets the gradients of the last step, so that the next backward pass starts from nothing. */
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
            // LibTorch's own multiplies in any case, by 1 where nothing is to be clipped.
            double factor = clip / (norm + CLIP_EPSILON);
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
     * One update of every parameter with these gradients.
     *
     * @param rateOfScale gives the rate of a group from {@link ParameterGroup#scale()}, as
     *     {@link LearningRateSchedule#at(long)} does
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

    /** Called once before the groups of a step are updated. */
    void beginStep() {}

    /** Updates the parameters of a group, in a scope and without gradients being recorded. */
    abstract void update(ParameterGroup group, double learningRate);

    /** What the optimizer remembers between steps, to be saved and restored in place. */
    public abstract List<NamedTensor> state();

    @Override
    public void close() {
        state().forEach(entry -> entry.tensor().close());
    }
}

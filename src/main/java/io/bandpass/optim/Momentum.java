package io.bandpass.optim;

import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.FusedOptimizers;
import java.util.List;
import org.bytedeco.pytorch.TensorVector;

/** Gradient descent with momentum m in PyTorch's form: b = m * b + g, and the step is rate * b. */
final class Momentum {
    private final double momentum;
    private final boolean nesterov;
    /** Empty without momentum. */
    private final OptimizerState buffers;

    /**
     * Creates the buffers.
     *
     * @param momentum m, from 0 to below 1
     * @param nesterov whether the step is rate * (g + m * b) instead
     */
    Momentum(List<Parameter> parameters, double momentum, boolean nesterov) {
        this.momentum = momentum;
        this.nesterov = nesterov;
        buffers = new OptimizerState("momentum_buffer", momentum == 0 ? List.of() : parameters);
    }

    /** Updates a group with its gradients, to which coupled weight decay adds decay * w. */
    void update(ParameterGroup group, double learningRate, double weightDecay) {
        TensorVector momenta = momentum == 0 ? new TensorVector() : buffers.of(group);
        // g += decay * w; b = m * b + g; w -= rate * b, with Nesterov rate * (g + m * b)
        FusedOptimizers.fusedSgd(
                group.tensors(), Optimizer.gradientsOf(group), momenta, learningRate, momentum, nesterov, weightDecay);
    }

    List<NamedTensor> state() {
        return buffers.state();
    }
}

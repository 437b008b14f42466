package io.bandpass.optim;

import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.FusedOptimizers;
import java.util.List;
import org.bytedeco.pytorch.TensorVector;

/** Gradient descent with momentum m as PyTorch counts it: b = m * b + g, and the step goes rate * b. */
final class Momentum {
    private final double momentum;
    private final boolean nesterov;
    /** Of no parameters where there is no momentum. */
    private final OptimizerState buffers;

    /**
     * Descent.
     *
     * @param momentum m, from 0 to below 1
     * @param nesterov whether the step goes rate * (g + m * b) instead
     */
    Momentum(List<Parameter> parameters, double momentum, boolean nesterov) {
        this.momentum = momentum;
        this.nesterov = nesterov;
        buffers = new OptimizerState("momentum_buffer", momentum == 0 ? List.of() : parameters);
    }

    /** Updates a group with its gradients; the coupled weight decay is added to them, times the parameters. */
    void update(ParameterGroup group, double learningRate, double weightDecay) {
        TensorVector momenta = momentum == 0 ? new TensorVector() : buffers.of(group);
        FusedOptimizers.fusedSgd(
                group.tensors(), Optimizer.gradientsOf(group), momenta, learningRate, momentum, nesterov, weightDecay);
    }

    List<NamedTensor> state() {
        return buffers.state();
    }
}

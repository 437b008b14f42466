package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import java.util.List;

/**
 * Gradient descent with plain or Nesterov momentum and coupled weight decay, equal to {@code torch.optim.SGD} without
 * dampening. One native call per group.
 */
final class Sgd extends Optimizer {
    private final Momentum momentum;

    Sgd(List<Parameter> parameters, OptimizerConfig config) {
        super(parameters, config);
        momentum = new Momentum(parameters, config.momentum(), config.nesterov());
    }

    @Override
    void update(ParameterGroup group, double learningRate) {
        momentum.update(group, learningRate, weightDecay(group));
    }

    @Override
    public List<NamedTensor> state() {
        return momentum.state();
    }
}

package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import java.util.List;

/** AdamW (Loshchilov and Hutter, ICLR 2019); one native call per group. */
final class AdamW extends Optimizer {
    private final Moments moments;

    AdamW(List<Parameter> parameters, OptimizerConfig config) {
        super(parameters, config);
        moments = new Moments(parameters, config);
    }

    @Override
    void beginStep() {
        moments.beginStep();
    }

    @Override
    void update(ParameterGroup group, double learningRate) {
        moments.update(group.parameters(), group.tensors(), learningRate, weightDecay(group));
    }

    @Override
    public List<NamedTensor> state() {
        return moments.state();
    }
}

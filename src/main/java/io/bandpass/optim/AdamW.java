package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Operators;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorVector;

/** AdamW (Loshchilov and Hutter, ICLR 2019); each group is updated in one native call. */
final class AdamW extends Optimizer {
    private final OptimizerConfig config;
    private final Moments moments;

    AdamW(List<Parameter> parameters, OptimizerConfig config) {
        super(parameters, config);
        this.config = config;
        moments = Moments.of(parameters);
    }

    @Override
    void beginStep() {
        moments.updates().add_(new Scalar(1));
    }

    @Override
    void update(ParameterGroup group, double learningRate) {
        TensorVector steps = new TensorVector();
        group.parameters().forEach(parameter -> steps.push_back(moments.updates()));
        Operators.fusedAdamW(
                group.tensors(),
                gradientsOf(group),
                moments.first().of(group),
                moments.second().of(group),
                steps,
                learningRate,
                config.betas().get(0),
                config.betas().get(1),
                weightDecay(group),
                config.epsilon());
    }

    @Override
    public List<NamedTensor> state() {
        return moments.state();
    }
}

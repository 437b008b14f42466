package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * LARS (You et al., 2017, arXiv:1708.03888) as used by the probes of MoCo v3 and MAE: with g = gradient + decay * w,
 * momentum descent along g * 0.001 |w| / |g|. Parameters without weight decay, including all 1-D ones, are not scaled.
 */
final class Lars extends Optimizer {
    private static final double TRUST_COEFFICIENT = 0.001;

    private final Momentum momentum;

    Lars(List<Parameter> parameters, OptimizerConfig config) {
        super(parameters, config);
        momentum = new Momentum(parameters, config.momentum(), false);
    }

    @Override
    void update(ParameterGroup group, double learningRate) {
        if (group.decay()) {
            group.parameters().forEach(parameter -> adapt(parameter, weightDecay(group)));
        }
        // b = m * b + g; w -= rate * b
        momentum.update(group, learningRate, 0);
    }

    private static void adapt(Parameter parameter, double weightDecay) {
        try (PointerScope scope = new PointerScope()) {
            Tensor gradient = gradientOf(parameter);
            gradient.add_(parameter.tensor(), new Scalar(weightDecay)); // g = gradient + decay * w
            // g *= 0.001 |w| / |g|
            gradient.mul_(TrustRatio.of(parameter.tensor(), gradient, TRUST_COEFFICIENT));
        }
    }

    @Override
    public List<NamedTensor> state() {
        return momentum.state();
    }
}

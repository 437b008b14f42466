package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * LAMB (You et al., ICLR 2020, algorithm 2): the Adam step plus decay * w, scaled by the ratio of |w| to its own norm.
 * As in timm, which the recipes of "ResNet strikes back" use, moments are bias-corrected, and parameters without weight
 * decay are not scaled.
 */
final class Lamb extends Optimizer {
    private final Moments moments;

    Lamb(List<Parameter> parameters, OptimizerConfig config) {
        super(parameters, config);
        moments = new Moments(parameters, config);
    }

    @Override
    void beginStep() {
        moments.beginStep();
    }

    @Override
    void update(ParameterGroup group, double learningRate) {
        group.parameters().forEach(parameter -> update(parameter, learningRate, weightDecay(group)));
    }

    private void update(Parameter parameter, double learningRate, double weightDecay) {
        try (PointerScope scope = new PointerScope()) {
            Tensor weight = parameter.tensor();
            // r = m^ / (sqrt(v^) + epsilon); change = -(r + decay * w). The native AdamW step with rate 1 subtracts r.
            Tensor change = weight.mul(new Scalar(-weightDecay));
            moments.update(List.of(parameter), new TensorVector(change), 1, 0);
            Scalar rate = new Scalar(learningRate);
            if (weightDecay > 0) {
                // w += rate * |w| / |change| * change
                weight.addcmul_(change, TrustRatio.of(weight, change, 1), rate);
            } else {
                weight.add_(change, rate);
            }
        }
    }

    @Override
    public List<NamedTensor> state() {
        return moments.state();
    }
}

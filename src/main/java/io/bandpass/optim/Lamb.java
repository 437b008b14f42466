package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * LAMB (You et al., ICLR 2020, algorithm 2): the step of Adam plus decay * w, scaled by |w| over its own norm. As in
 * timm, with which the recipes of "ResNet strikes back" were made, moments are corrected for their start at 0, and what
 * takes no weight decay is not scaled.
 */
final class Lamb extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final Moments moments;
    private double updates;

    Lamb(List<Parameter> parameters, OptimizerConfig config) {
        super(parameters, config);
        beta1 = config.betas().get(0);
        beta2 = config.betas().get(1);
        epsilon = config.epsilon();
        moments = Moments.of(parameters);
    }

    @Override
    void beginStep() {
        moments.updates().add_(new Scalar(1));
        updates = moments.updates().item_double();
    }

    @Override
    void update(ParameterGroup group, double learningRate) {
        group.parameters().forEach(parameter -> update(parameter, learningRate, weightDecay(group)));
    }

    private void update(Parameter parameter, double learningRate, double weightDecay) {
        try (PointerScope scope = new PointerScope()) {
            Tensor update = adamStep(
                    gradientOf(parameter),
                    moments.first().of(parameter),
                    moments.second().of(parameter));
            if (weightDecay > 0) {
                update.add_(parameter.tensor(), new Scalar(weightDecay));
                update.mul_(TrustRatio.of(parameter.tensor(), update, 1));
            }
            parameter.tensor().sub_(update, new Scalar(learningRate));
        }
    }

    /** Takes a gradient into the moments, and gives what Adam would subtract with a rate of 1. */
    private Tensor adamStep(Tensor gradient, Tensor first, Tensor second) {
        first.mul_(new Scalar(beta1));
        first.add_(gradient, new Scalar(1 - beta1));
        second.mul_(new Scalar(beta2));
        second.addcmul_(gradient, gradient, new Scalar(1 - beta2));
        Tensor root = second.sqrt();
        root.div_(new Scalar(Math.sqrt(1 - Math.pow(beta2, updates))));
        root.add_(new Scalar(epsilon));
        Tensor step = first.div(root);
        step.div_(new Scalar(1 - Math.pow(beta1, updates)));
        return step;
    }

    @Override
    public List<NamedTensor> state() {
        return moments.state();
    }
}

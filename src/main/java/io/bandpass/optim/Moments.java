package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.FusedOptimizers;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Moment estimates of Adam-like optimizers, and the AdamW step. */
final class Moments {
    private final double firstBeta;
    private final double secondBeta;
    private final double epsilon;
    /** Running means of the gradients, m. */
    private final OptimizerState first;
    /** Running means of the squared gradients, v. */
    private final OptimizerState second;
    /** Number of updates t, float32: a single counter, as every update includes all parameters. */
    private final Tensor updates;

    Moments(List<Parameter> parameters, OptimizerConfig config) {
        firstBeta = config.betas().get(0);
        secondBeta = config.betas().get(1);
        epsilon = config.epsilon();
        first = new OptimizerState("exp_avg", parameters);
        second = new OptimizerState("exp_avg_sq", parameters);
        try (PointerScope scope = new PointerScope()) {
            Tensor counter = Tensors.zeros(ScalarType.Float);
            updates = Tensors.keep(
                    parameters.isEmpty()
                            ? counter
                            : Tensors.to(counter, parameters.get(0).tensor().device()));
        }
    }

    /** Starts the next step of all parameters. */
    void beginStep() {
        updates.add_(new Scalar(1));
    }

    /**
     * Updates the moments with the parameters' gradients and applies the AdamW step to the weights.
     *
     * @param weights as many as parameters: the parameters themselves, or tensors that receive their step
     */
    void update(List<Parameter> parameters, TensorVector weights, double learningRate, double weightDecay) {
        TensorVector gradients = new TensorVector();
        TensorVector firsts = new TensorVector();
        TensorVector seconds = new TensorVector();
        TensorVector steps = new TensorVector();
        for (Parameter parameter : parameters) {
            gradients.push_back(Optimizer.gradientOf(parameter));
            firsts.push_back(first.of(parameter));
            seconds.push_back(second.of(parameter));
            steps.push_back(updates);
        }
        // m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2
        // w -= rate * (m^ / (sqrt(v^) + epsilon) + decay * w), m^ = m / (1 - b1^t), v^ = v / (1 - b2^t)
        FusedOptimizers.fusedAdamW(
                weights, gradients, firsts, seconds, steps, learningRate, firstBeta, secondBeta, weightDecay, epsilon);
    }

    List<NamedTensor> state() {
        List<NamedTensor> state = new ArrayList<>();
        state.add(new NamedTensor("updates", updates));
        state.addAll(first.state());
        state.addAll(second.state());
        return state;
    }
}

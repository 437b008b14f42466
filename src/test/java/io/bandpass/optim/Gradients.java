package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.Configs;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Parameters with gradients that a test gives. */
final class Gradients {
    private Gradients() {}

    /** The usual section of an optimizer with other settings, such as {@code optimizer.type=sgd}. */
    static OptimizerConfig config(String... settings) {
        return Configs.with(Configs.run(Configs.vitTiny(), 4), settings).optimizer();
    }

    /** A parameter in the caller's scope. */
    static Parameter parameter(String name, boolean decay, int depth, float[] values, long... shape) {
        Tensor tensor = Tensors.ofFloats(values, shape);
        tensor.set_requires_grad(true);
        return new Parameter(name, tensor, decay, depth);
    }

    /** Clears the gradients of an optimizer and sets these ones, row by row, one array for each parameter. */
    static void set(Optimizer optimizer, List<Parameter> parameters, List<float[]> gradients) {
        optimizer.clearGradients();
        try (PointerScope scope = new PointerScope()) {
            for (int i = 0; i < gradients.size(); i++) {
                Tensor tensor = parameters.get(i).tensor();
                Tensor gradient = Tensors.ofFloats(gradients.get(i), Tensors.shape(tensor));
                // The derivative of sum(w * g) is g.
                tensor.mul(gradient).sum().backward();
            }
        }
    }
}

package io.bandpass.optim;

import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What optimizers of the family of Adam remember.
 *
 * @param first running means of the gradients
 * @param second running means of their squares
 * @param updates how many were made, float32: one number, as every parameter takes part in every update
 */
record Moments(Slots first, Slots second, Tensor updates) {
    static Moments of(List<Parameter> parameters) {
        try (PointerScope scope = new PointerScope()) {
            Tensor counter = Tensors.zeros(ScalarType.Float);
            Tensor updates = Tensors.keep(
                    parameters.isEmpty()
                            ? counter
                            : Tensors.to(counter, parameters.get(0).tensor().device()));
            return new Moments(new Slots("exp_avg", parameters), new Slots("exp_avg_sq", parameters), updates);
        }
    }

    List<NamedTensor> state() {
        List<NamedTensor> state = new ArrayList<>();
        state.add(new NamedTensor("updates", updates));
        state.addAll(first.state());
        state.addAll(second.state());
        return state;
    }
}

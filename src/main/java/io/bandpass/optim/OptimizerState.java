package io.bandpass.optim;

import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Optimizer state with one tensor per parameter, of the parameter's shape and initially 0. */
final class OptimizerState {
    private final String name;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /**
     * Creates the state; the optimizer closes it.
     *
     * @param name under which the tensors are saved, before the name of each parameter
     */
    OptimizerState(String name, List<Parameter> parameters) {
        this.name = name;
        try (PointerScope scope = new PointerScope()) {
            for (Parameter parameter : parameters) {
                Tensor zeros = torch.zeros_like(parameter.tensor().detach());
                tensors.put(parameter.name(), Tensors.keep(zeros));
            }
        }
    }

    Tensor of(Parameter parameter) {
        Tensor tensor = tensors.get(parameter.name());
        if (tensor == null) {
            throw new IllegalArgumentException("parameter " + parameter.name() + " is not one of this optimizer");
        }
        return tensor;
    }

    /** Tensors of a group's parameters, in their order. */
    TensorVector of(ParameterGroup group) {
        TensorVector vector = new TensorVector();
        group.parameters().forEach(parameter -> vector.push_back(of(parameter)));
        return vector;
    }

    List<NamedTensor> state() {
        return tensors.entrySet().stream()
                .map(entry -> new NamedTensor(name + "." + entry.getKey(), entry.getValue()))
                .toList();
    }
}

package io.bandpass.optim;

import io.bandpass.nn.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.TensorVector;

/**
 * Parameters that share a learning rate and weight decay.
 *
 * @param scale of the base rate: d^(L + 1 - layer) for layer decay d, where L + 1 is the largest layer number
 *     (method.md section 5); 1 without layer decay
 * @param decay whether weight decay applies
 */
public record ParameterGroup(double scale, boolean decay, List<Parameter> parameters) {
    public ParameterGroup {
        parameters = List.copyOf(parameters);
    }

    /**
     * Groups parameters, in the order of each group's first parameter.
     *
     * @param layerDecay d, above 0 and at most 1; with 1 there are at most two groups
     */
    public static List<ParameterGroup> of(List<Parameter> parameters, double layerDecay) {
        record Key(double scale, boolean decay) {}
        int top = parameters.stream().mapToInt(Parameter::depth).max().orElse(0);
        Map<Key, List<Parameter>> groups = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            Key key = new Key(Math.pow(layerDecay, top - parameter.depth()), parameter.decay());
            groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(parameter);
        }
        return groups.entrySet().stream()
                .map(group -> new ParameterGroup(
                        group.getKey().scale(), group.getKey().decay(), group.getValue()))
                .toList();
    }

    /** The parameters' tensors as a native list. */
    TensorVector tensors() {
        TensorVector vector = new TensorVector();
        parameters.forEach(parameter -> vector.push_back(parameter.tensor()));
        return vector;
    }
}

package io.bandpass.interop;

import io.bandpass.format.SafetensorsHeader;
import io.bandpass.format.TorchValues.StoredTensor;
import io.bandpass.format.WeightsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The state of an Adam optimizer in a PyTorch file. PyTorch numbers the parameters: first those of the first group, in
 * the order of the model, then those of the next. Names follow from this order and from which parameters have weight
 * decay, and are checked against the shapes.
 */
final class StoredMoments {
    private static final String EXPECTED =
            ", but one group of all parameters is expected, or one with weight decay and one without";
    private static final Pattern NO_PARAMETER =
            Pattern.compile("(.*\\.)?(running_mean|running_var|num_batches_tracked|relative_position_index|attn_mask)");
    private static final Set<String> WITHOUT_DECAY =
            Set.of("bias", "cls_token", "mask_token", "pos_embed", "absolute_pos_embed", "decoder_pos_embed");

    private final String source;
    private final Map<?, ?> optimizer;
    private final Map<String, StoredTensor> model;

    /**
     * Finds the optimizer in a file.
     *
     * @param model state of the model, in its order
     * @throws WeightsException if the file holds no optimizer
     */
    StoredMoments(String source, @Nullable Object root, Map<String, StoredTensor> model) {
        if (!(root instanceof Map<?, ?> map) || !(map.get("optimizer") instanceof Map<?, ?> found)) {
            throw new WeightsException(source + " holds no state of an optimizer: there is no key optimizer in it");
        }
        this.source = source;
        this.model = model;
        optimizer = found;
    }

    /** Returns the state of each parameter, by the parameter's name in the file. */
    Map<String, Map<?, ?>> byName() {
        List<Map<?, ?>> groups = groups();
        Map<Long, Map<?, ?>> states = states();
        Map<String, Map<?, ?>> named = new LinkedHashMap<>();
        int count = groups.stream().mapToInt(group -> numbers(group).size()).sum();
        List<String> parameters = parameters(count);
        for (Map<?, ?> group : groups) {
            boolean decays = decay(group) > 0;
            Predicate<String> belongs = name -> groups.size() == 1 || decays(name) == decays;
            List<String> names = parameters.stream().filter(belongs).toList();
            List<Long> numbers = numbers(group);
            if (names.size() != numbers.size()) {
                throw new WeightsException(String.format(
                        Locale.ROOT,
                        "%s: a group of its optimizer has %d parameters, but %d %s weight decay",
                        source,
                        numbers.size(),
                        names.size(),
                        decays ? "take" : "take no"));
            }
            for (int i = 0; i < names.size(); i++) {
                Map<?, ?> state = states.get(numbers.get(i));
                if (state == null) {
                    throw new WeightsException(source + ": its optimizer holds nothing of the parameter "
                            + SafetensorsHeader.shown(names.get(i)));
                }
                named.put(names.get(i), state);
            }
        }
        return named;
    }

    /**
     * Returns one of the two moments of a parameter.
     *
     * @throws WeightsException if it is missing, or its shape differs from the parameter's
     */
    StoredTensor moment(String parameter, Map<?, ?> state, String key) {
        StoredTensor owner = model.get(parameter);
        if (!(state.get(key) instanceof StoredTensor moment) || owner == null) {
            throw new WeightsException(source + ": its optimizer has no " + key + " of "
                    + SafetensorsHeader.shown(parameter) + ", so it is no Adam");
        }
        if (!Arrays.equals(moment.shape(), owner.shape())) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: %s of %s has the shape %s, where the parameter has %s",
                    source,
                    key,
                    SafetensorsHeader.shown(parameter),
                    Arrays.toString(moment.shape()),
                    Arrays.toString(owner.shape())));
        }
        return moment;
    }

    private List<Map<?, ?>> groups() {
        List<Map<?, ?>> groups = new ArrayList<>();
        if (optimizer.get("param_groups") instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> group) {
                    groups.add(group);
                }
            }
        }
        long decayed = groups.stream().filter(group -> decay(group) > 0).count();
        if (groups.isEmpty() || groups.size() > 2 || (groups.size() == 2 && decayed != 1)) {
            throw new WeightsException(source + ": its optimizer has " + groups.size() + " groups of parameters, "
                    + decayed + " of them with weight decay" + EXPECTED);
        }
        if (groups.stream().anyMatch(group -> Boolean.TRUE.equals(group.get("amsgrad")))) {
            throw new WeightsException(source + ": its optimizer is AMSGrad, which is none of ours");
        }
        return groups;
    }

    private static double decay(Map<?, ?> group) {
        return group.get("weight_decay") instanceof Number number ? number.doubleValue() : 0;
    }

    private List<Long> numbers(Map<?, ?> group) {
        List<Long> numbers = new ArrayList<>();
        if (group.get("params") instanceof List<?> list) {
            for (Object item : list) {
                if (!(item instanceof Number number)) {
                    throw new WeightsException(source + ": a group of its optimizer has parameters without numbers");
                }
                numbers.add(number.longValue());
            }
        }
        return numbers;
    }

    private Map<Long, Map<?, ?>> states() {
        Map<Long, Map<?, ?>> states = new HashMap<>();
        if (optimizer.get("state") instanceof Map<?, ?> all) {
            all.forEach((key, value) -> {
                if (key instanceof Number number && value instanceof Map<?, ?> state) {
                    states.put(number.longValue(), state);
                }
            });
        }
        return states;
    }

    /** Returns the names of trained parameters. Fixed positions are stored too, but not in the optimizer. */
    private List<String> parameters(int count) {
        List<String> all = model.keySet().stream()
                .filter(name -> !NO_PARAMETER.matcher(name).matches())
                .toList();
        List<String> withoutPositions =
                all.stream().filter(name -> !name.endsWith("pos_embed")).toList();
        List<String> withoutDecoderPositions = all.stream()
                .filter(name -> !name.endsWith("decoder_pos_embed") && !name.endsWith("decoder.pos_embed"))
                .toList();
        for (List<String> names : List.of(all, withoutDecoderPositions, withoutPositions)) {
            if (names.size() == count) {
                return names;
            }
        }
        throw new WeightsException(source + ": its optimizer has " + count + " parameters, where its model has "
                + all.size() + ", so they cannot be told apart");
    }

    /** Whether a parameter has weight decay in the supported programs. */
    private boolean decays(String name) {
        StoredTensor tensor = model.get(name);
        String last = name.substring(name.lastIndexOf('.') + 1);
        return tensor != null && tensor.shape().length > 1 && !WITHOUT_DECAY.contains(last);
    }
}

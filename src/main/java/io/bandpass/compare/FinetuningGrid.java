package io.bandpass.compare;

import io.bandpass.config.Check;
import io.bandpass.config.ConfigException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Settings of fine-tuning among which each row of a comparison chooses, so that no task has a learning rate that was
 * tuned for another: all combinations of the values of some keys.
 *
 * @param axes {@code section.key=value,value}; none: nothing is chosen
 */
record FinetuningGrid(List<String> axes) {
    /** Fraction of the training images on which settings are compared. */
    static final double VALIDATION_FRACTION = 0.1;

    private static final String FLAG = "`finetune-grid`";

    FinetuningGrid {
        axes = List.copyOf(axes);
        Set<String> keys = new HashSet<>();
        for (String axis : axes) {
            if (!axis.matches("[^=,]+=[^=]+") || values(axis).stream().anyMatch(String::isEmpty)) {
                throw new ConfigException(FLAG + " has '" + Check.shown(axis)
                        + "', but must be a key with values to choose from, such as"
                        + " optimizer.base-learning-rate=5e-4,2e-3");
            }
            long different = values(axis).stream().distinct().count();
            if (different < 2 || different < values(axis).size()) {
                throw new ConfigException(FLAG + " has '" + Check.shown(axis)
                        + "', but must have at least two different values to choose from; set one alone with"
                        + " `finetune-set`");
            }
            if (!keys.add(key(axis))) {
                throw new ConfigException(FLAG + " has " + key(axis) + " twice: give all of its values at once");
            }
        }
    }

    boolean isWanted() {
        return !axes.isEmpty();
    }

    /** Returns the combinations, each as settings {@code section.key=value}; the last key varies fastest. */
    List<List<String>> candidates() {
        List<List<String>> candidates = List.of(List.of());
        for (String axis : axes) {
            List<List<String>> longer = new ArrayList<>();
            for (List<String> shorter : candidates) {
                for (String value : values(axis)) {
                    List<String> settings = new ArrayList<>(shorter);
                    settings.add(key(axis) + "=" + value);
                    longer.add(List.copyOf(settings));
                }
            }
            candidates = longer;
        }
        return isWanted() ? candidates : List.of();
    }

    private static String key(String axis) {
        return axis.substring(0, axis.indexOf('=')).trim();
    }

    private static List<String> values(String axis) {
        List<String> values = new ArrayList<>();
        for (String value : axis.substring(axis.indexOf('=') + 1).split(",", -1)) {
            values.add(value.trim());
        }
        return values;
    }
}

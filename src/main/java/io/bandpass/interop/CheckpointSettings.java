package io.bandpass.interop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Settings that another program stored with its weights, looked up by path; only plain values are available. */
public final class CheckpointSettings {
    private static final int CHANNELS = 3;
    private static final int BRIGHTEST = 255;

    private final Map<?, ?> tree;

    private CheckpointSettings(Map<?, ?> tree) {
        this.tree = tree;
    }

    static CheckpointSettings none() {
        return new CheckpointSettings(Map.of());
    }

    /** Returns the settings under {@code config} (yacs) or {@code args} (argparse) of a file. */
    static CheckpointSettings of(@Nullable Object root) {
        return under(root, List.of("config", "args", "cfg"));
    }

    /** Returns what mmcv and mmengine store under {@code meta}. */
    static CheckpointSettings meta(@Nullable Object root) {
        return under(root, List.of("meta"));
    }

    private static CheckpointSettings under(@Nullable Object root, List<String> keys) {
        if (root instanceof Map<?, ?> map) {
            for (String key : keys) {
                if (map.get(key) instanceof Map<?, ?> settings) {
                    return new CheckpointSettings(settings);
                }
            }
        }
        return none();
    }

    public boolean isEmpty() {
        return tree.isEmpty();
    }

    private @Nullable Object find(String path) {
        Object at = tree;
        for (String key : path.split("\\.", -1)) {
            at = at instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return at;
    }

    /** Returns a string. */
    public Optional<String> word(String path) {
        return find(path) instanceof String word ? Optional.of(word) : Optional.empty();
    }

    /** Returns a finite number. */
    public OptionalDouble number(String path) {
        return find(path) instanceof Number number && Double.isFinite(number.doubleValue())
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    /** Returns a positive integer. */
    public OptionalInt count(String path) {
        double number = number(path).orElse(0);
        return number >= 1 && number <= Integer.MAX_VALUE && Math.rint(number) == number
                ? OptionalInt.of((int) number)
                : OptionalInt.empty();
    }

    /** Returns the finite numbers of a list or tuple; empty if it holds anything else. */
    public List<Double> numbers(String path) {
        List<Double> numbers = new ArrayList<>();
        for (Object item : items(path)) {
            if (!(item instanceof Number number) || !Double.isFinite(number.doubleValue())) {
                return List.of();
            }
            numbers.add(number.doubleValue());
        }
        return numbers;
    }

    /** Returns the strings of a list or tuple; empty if it holds anything else. */
    public List<String> words(String path) {
        List<String> words = new ArrayList<>();
        for (Object item : items(path)) {
            if (!(item instanceof String word)) {
                return List.of();
            }
            words.add(word);
        }
        return words;
    }

    /** Returns the colours of a list of red, green and blue from 0 to 255, as 0xRRGGBB; empty if it holds anything else. */
    public List<Integer> colours(String path) {
        List<Integer> colours = new ArrayList<>();
        for (Object item : items(path)) {
            List<?> channels = list(item);
            int colour = 0;
            for (Object channel : channels) {
                double value = channel instanceof Number number ? number.doubleValue() : -1;
                if (channels.size() != CHANNELS || value < 0 || value > BRIGHTEST || value != Math.rint(value)) {
                    return List.of();
                }
                colour = colour << Byte.SIZE | (int) value;
            }
            if (channels.isEmpty()) {
                return List.of();
            }
            colours.add(colour);
        }
        return colours;
    }

    private List<?> items(String path) {
        return list(find(path));
    }

    private static List<?> list(@Nullable Object found) {
        return found instanceof List<?> list
                ? list
                : found instanceof Object[] tuple ? Arrays.asList(tuple) : List.of();
    }

    /** Returns a boolean, if set. */
    public Optional<Boolean> flag(String path) {
        return find(path) instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
    }

    /** Whether a boolean is set and true. */
    public boolean isOn(String path) {
        return flag(path).orElse(false);
    }
}

package io.bandpass.format;

import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Copies the tensors of a file into a model, and reports what was loaded. */
public final class WeightsLoader {
    /**
     * Outcome of loading.
     *
     * @param loaded number of tensors copied
     * @param missing names of the model that the file lacks
     * @param unexpected names of the file that the model lacks
     */
    public record Report(String source, int loaded, List<String> missing, List<String> unexpected) {
        /** Human-readable lines. */
        public List<String> lines() {
            return lines(String.format(
                    Locale.ROOT, "%d/%d tensors loaded from %s", loaded, loaded + missing.size(), source));
        }

        private List<String> lines(String first) {
            List<String> lines = new ArrayList<>();
            lines.add(first);
            list(lines, "  missing    ", missing);
            list(lines, "  unexpected ", unexpected);
            return lines;
        }

        private static void list(List<String> lines, String label, List<String> names) {
            names.stream().limit(MOST_LISTED).forEach(name -> lines.add(label + SafetensorsHeader.shown(name)));
            if (names.size() > MOST_LISTED) {
                lines.add(label + "and " + (names.size() - MOST_LISTED) + " more");
            }
        }
    }

    /** Longer lists are not more informative, and a file may have millions of names. */
    private static final int MOST_LISTED = 20;

    private WeightsLoader() {}

    /**
     * Loads every tensor of a model.
     *
     * @param model tensors by name, written in place
     * @throws WeightsException if a name is missing or unexpected, a shape differs, or values are not finite
     *     floating-point numbers; then nothing is written
     */
    public static Report loadAll(Map<String, Tensor> model, TensorFile file) {
        return loadMatching(model, file, name -> true);
    }

    /**
     * Loads every tensor of a submodule.
     *
     * @param model tensors by name, written in place
     * @param expected accepts the names of the file that belong to the submodule; others are ignored
     * @throws WeightsException if a name is missing or unexpected, a shape differs, or values are not finite
     *     floating-point numbers; then nothing is written
     */
    public static Report loadMatching(Map<String, Tensor> model, TensorFile file, Predicate<String> expected) {
        Report report = compare(file.source(), model, file.all(), expected);
        rejectDifferences(model, report);
        checkNumbers(file.source(), model, file.all());
        copy(model, file);
        return report;
    }

    /**
     * Loads values into a model, strictly or as far as they match.
     *
     * @param source name of the values, for messages
     * @param model tensors by name, written in place
     * @param values by name, of any type
     * @param partial whether names may be missing or unexpected and shapes may differ; the model's tensors concerned
     *     stay unchanged
     * @throws WeightsException if there are such differences and {@code partial} is false, or values are not finite
     *     floating-point numbers; then nothing is written
     */
    public static Report load(String source, Map<String, Tensor> model, Map<String, Tensor> values, boolean partial) {
        Map<String, Tensor> matching = new LinkedHashMap<>(values);
        List<String> differing = new ArrayList<>();
        if (partial) {
            matching.entrySet().removeIf(entry -> {
                Tensor target = model.get(entry.getKey());
                boolean differs =
                        target != null && !Arrays.equals(Tensors.shape(target), Tensors.shape(entry.getValue()));
                if (differs) {
                    differing.add(
                            entry.getKey() + " of another shape, " + Arrays.toString(Tensors.shape(entry.getValue())));
                }
                return differs;
            });
        }
        Report report = compare(source, model, matching, name -> true);
        if (!partial) {
            rejectDifferences(model, report);
        }
        checkNumbers(source, model, matching);
        List<String> unexpected = new ArrayList<>(report.unexpected());
        unexpected.addAll(differing);
        try (NoGradGuard guard = new NoGradGuard()) {
            model.forEach((name, tensor) -> {
                Tensor value = matching.get(name);
                if (value != null) {
                    tensor.copy_(value);
                }
            });
        }
        return new Report(source, report.loaded(), report.missing(), unexpected);
    }

    /**
     * Restores tensors saved by Bandpass: like {@link #loadAll}, but without checks of the values.
     *
     * @param model tensors by name, written in place
     * @throws WeightsException if a name is missing or unexpected, or a shape differs; then nothing is written
     */
    public static Report restore(Map<String, Tensor> model, TensorFile file) {
        Report report = compare(file.source(), model, file.all(), name -> true);
        rejectDifferences(model, report);
        copy(model, file);
        return report;
    }

    /**
     * Rejects weights that are not finite floating-point numbers.
     *
     * @throws WeightsException if a tensor is not; the message names it
     */
    public static void checkNumbers(String source, Map<String, Tensor> weights) {
        weights.forEach((name, tensor) -> checkNumbers(source, name, tensor, true));
    }

    /** Checks the values that a model takes from a file, before anything is written. */
    private static void checkNumbers(String source, Map<String, Tensor> model, Map<String, Tensor> values) {
        model.forEach((name, target) -> {
            Tensor value = values.get(name);
            if (value != null) {
                // Counters, such as num_batches_tracked, are integers in the model too.
                checkNumbers(source, name, value, target.is_floating_point());
            }
        });
    }

    private static void checkNumbers(String source, String name, Tensor value, boolean mustBeFloat) {
        if (!value.is_floating_point()) {
            boolean whole = !value.is_complex() && value.scalar_type().intern() != ScalarType.Bool;
            if (mustBeFloat || !whole) {
                throw new WeightsException(source + ": tensor " + shown(name) + " is of the type "
                        + value.scalar_type().intern() + ", but weights must be floating-point numbers: quantised ones"
                        + " cannot be read");
            }
            return;
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor floats = value.to(ScalarType.Float);
            // The sum of finite values is finite, unless it overflows: one pass without extra memory for the common
            // case.
            if (!Double.isFinite(floats.sum().item_double())
                    && !floats.isfinite().all().item_bool()) {
                throw new WeightsException(source + ": tensor " + shown(name)
                        + " holds values that are not finite (NaN or infinite), so the weights are of no use");
            }
        }
    }

    /** Returns a name from a file, made safe for terminals. */
    public static String shown(String name) {
        return SafetensorsHeader.shown(name);
    }

    private static void rejectDifferences(Map<String, Tensor> model, Report report) {
        if (!report.missing().isEmpty() || !report.unexpected().isEmpty()) {
            String first = String.format(
                    Locale.ROOT,
                    "%s is not of this model: %d of its %d tensors are missing, and %d are unexpected",
                    report.source(),
                    report.missing().size(),
                    model.size(),
                    report.unexpected().size());
            throw new WeightsException(String.join("\n", report.lines(first)));
        }
    }

    private static Report compare(
            String source, Map<String, Tensor> model, Map<String, Tensor> file, Predicate<String> expected) {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, Tensor> entry : model.entrySet()) {
            Tensor value = file.get(entry.getKey());
            if (value == null) {
                missing.add(entry.getKey());
            } else if (!Arrays.equals(Tensors.shape(value), Tensors.shape(entry.getValue()))) {
                throw new WeightsException(String.format(
                        Locale.ROOT,
                        "%s: tensor %s has the shape %s, where this model has %s",
                        source,
                        entry.getKey(),
                        Arrays.toString(Tensors.shape(value)),
                        Arrays.toString(Tensors.shape(entry.getValue()))));
            }
        }
        TreeSet<String> unexpected = new TreeSet<>(file.keySet());
        unexpected.removeAll(model.keySet());
        unexpected.removeIf(expected.negate());
        return new Report(source, model.size() - missing.size(), missing, List.copyOf(unexpected));
    }

    private static void copy(Map<String, Tensor> model, TensorFile file) {
        try (NoGradGuard guard = new NoGradGuard()) {
            model.forEach((name, tensor) -> tensor.copy_(file.get(name)));
        }
    }
}

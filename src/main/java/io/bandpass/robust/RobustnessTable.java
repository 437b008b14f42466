package io.bandpass.robust;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table with a row for each model, in per cent. Columns without a figure are left out.
 *
 * @param heads of the columns
 * @param rows a cell for each column
 */
public record RobustnessTable(List<String> heads, List<List<String>> rows) {
    private static final String NOTHING = "-";

    /** Returns the table of these models. */
    public static RobustnessTable of(List<RobustnessSummary> models) {
        Set<Condition.Attack> attacks = new LinkedHashSet<>();
        Set<String> sets = new LinkedHashSet<>();
        models.forEach(model -> {
            attacks.addAll(model.attacks().keySet());
            sets.addAll(model.sets().keySet());
        });
        List<String> heads = new ArrayList<>(List.of("model", "clean"));
        attacks.forEach(attack -> heads.add(AttackWords.of(attack)));
        heads.addAll(List.of(
                "mean error, corrupted in memory",
                "mean error over 14, without frost, in memory",
                "mean error, stored set",
                "mean error over 14, without frost, stored set",
                "mCE, stored set",
                "calibration error"));
        Optional<String> inMemory = selection(models, RobustnessSummary::corruptions);
        Optional<String> stored = selection(models, RobustnessSummary::stored);
        inMemory.ifPresent(what -> heads.add("mean error, " + what + ", in memory"));
        stored.ifPresent(what -> heads.add("mean error, " + what + ", stored set"));
        sets.forEach(set -> heads.addAll(List.of(set, set + ", gap")));
        List<List<String>> rows = models.stream()
                .map(model -> {
                    List<String> cells = new ArrayList<>(List.of(model.model(), percent(model.clean())));
                    attacks.forEach(
                            attack -> cells.add(percent(optional(model.attacks().get(attack)))));
                    cells.add(percent(model.corruptions().meanError()));
                    cells.add(percent(model.corruptions().meanErrorWithoutFrost()));
                    cells.add(percent(model.stored().meanError()));
                    cells.add(percent(model.stored().meanErrorWithoutFrost()));
                    cells.add(percent(model.stored().meanCorruptionError()));
                    cells.add(percent(model.scores()
                            .map(scores -> OptionalDouble.of(scores.calibrationError()))
                            .orElse(OptionalDouble.empty())));
                    inMemory.ifPresent(what -> cells.add(percent(mean(model.corruptions(), what))));
                    stored.ifPresent(what -> cells.add(percent(mean(model.stored(), what))));
                    sets.forEach(set -> {
                        cells.add(percent(optional(model.sets().get(set))));
                        cells.add(percent(model.gap(set)));
                    });
                    return List.copyOf(cells);
                })
                .toList();
        int[] filled = IntStream.range(0, heads.size())
                .filter(column -> rows.stream().anyMatch(row -> !row.get(column).equals(NOTHING)))
                .toArray();
        return new RobustnessTable(
                chosen(heads, filled),
                rows.stream().map(row -> chosen(row, filled)).toList());
    }

    /** Returns what was measured of the first model with any errors, if no model has the mean of a benchmark. */
    private static Optional<String> selection(
            List<RobustnessSummary> models, Function<RobustnessSummary, CorruptionErrors> kind) {
        List<CorruptionErrors> errors = models.stream().map(kind).toList();
        return errors.stream().anyMatch(CorruptionErrors::isBenchmark)
                ? Optional.empty()
                : errors.stream()
                        .filter(one -> one.meanOfMeasured().isPresent())
                        .map(CorruptionErrors::measured)
                        .findFirst();
    }

    /** Returns the mean of a model of which just that was measured. */
    private static OptionalDouble mean(CorruptionErrors errors, String what) {
        return errors.measured().equals(what) ? errors.meanOfMeasured() : OptionalDouble.empty();
    }

    private static List<String> chosen(List<String> cells, int[] columns) {
        return IntStream.of(columns).mapToObj(cells::get).toList();
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return Optional.ofNullable(value).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    private static String percent(OptionalDouble fraction) {
        return fraction.isEmpty() ? NOTHING : String.format(Locale.ROOT, "%.1f", 100 * fraction.getAsDouble());
    }
}

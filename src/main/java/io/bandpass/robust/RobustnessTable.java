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
                "mCE, stored set",
                "calibration error"));
        List<Function<RobustnessSummary, CorruptionErrors>> kinds =
                List.of(RobustnessSummary::corruptions, RobustnessSummary::stored);
        for (Function<RobustnessSummary, CorruptionErrors> kind : kinds) {
            // Where a benchmark is whole its own mean says more.
            partial(models, kind)
                    .ifPresent(errors -> heads.add("mean error, " + errors.measured()
                            + (kind == kinds.get(0) ? ", in memory" : ", stored set")));
        }
        sets.forEach(set -> heads.addAll(List.of(set, set + ", gap")));
        List<List<String>> rows = models.stream()
                .map(model -> {
                    List<String> cells = new ArrayList<>(List.of(model.model(), percent(model.clean())));
                    attacks.forEach(
                            attack -> cells.add(percent(optional(model.attacks().get(attack)))));
                    cells.add(percent(model.corruptions().meanError()));
                    cells.add(percent(model.corruptions().meanErrorWithoutFrost()));
                    cells.add(percent(model.stored().meanError()));
                    cells.add(percent(model.stored().meanCorruptionError()));
                    cells.add(percent(model.scores()
                            .map(scores -> OptionalDouble.of(scores.calibrationError()))
                            .orElse(OptionalDouble.empty())));
                    for (Function<RobustnessSummary, CorruptionErrors> kind : kinds) {
                        partial(models, kind)
                                .ifPresent(errors ->
                                        cells.add(percent(kind.apply(model).meanOfMeasured())));
                    }
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

    /** Returns the errors of the first model with any, if no model has all that a mean of the benchmark needs. */
    private static Optional<CorruptionErrors> partial(
            List<RobustnessSummary> models, Function<RobustnessSummary, CorruptionErrors> kind) {
        boolean whole = models.stream()
                .map(kind)
                .anyMatch(errors -> errors.meanError().isPresent()
                        || errors.meanErrorWithoutFrost().isPresent());
        return whole
                ? Optional.empty()
                : models.stream()
                        .map(kind)
                        .filter(errors -> !errors.corruptions().isEmpty())
                        .findFirst();
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

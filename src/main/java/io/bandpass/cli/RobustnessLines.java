package io.bandpass.cli;

import io.bandpass.robust.AttackWords;
import io.bandpass.robust.CorruptionErrors;
import io.bandpass.robust.RobustnessSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Results of robustness in lines for people. */
final class RobustnessLines {
    private RobustnessLines() {}

    static List<String> of(List<RobustnessSummary> rows) {
        List<String> lines = new ArrayList<>();
        for (RobustnessSummary row : rows) {
            lines.add(row.model());
            add(lines, "clean", row.clean());
            row.attacks()
                    .forEach((attack, accuracy) -> add(lines, AttackWords.of(attack), OptionalDouble.of(accuracy)));
            add(lines, "mean error, corrupted in memory", row.corruptions().meanError());
            add(
                    lines,
                    "mean error over 14, without frost, in memory",
                    row.corruptions().meanErrorWithoutFrost());
            addPartial(lines, row.corruptions(), "in memory");
            add(lines, "mean error, stored set", row.stored().meanError());
            add(lines, "mCE, stored set", row.stored().meanCorruptionError());
            add(
                    lines,
                    "mean error over 14, without frost, stored set",
                    row.stored().meanErrorWithoutFrost());
            addPartial(lines, row.stored(), "stored set");
            row.sets().forEach((set, accuracy) -> {
                add(lines, set, OptionalDouble.of(accuracy));
                add(lines, set + ", less the same classes of the images", row.gap(set));
            });
        }
        return lines;
    }

    /** Adds the mean over what was measured, where it is no whole benchmark. */
    private static void addPartial(List<String> lines, CorruptionErrors errors, String where) {
        if (!errors.isBenchmark()) {
            add(lines, "mean error, " + errors.measured() + ", " + where, errors.meanOfMeasured());
        }
    }

    private static void add(List<String> lines, String what, OptionalDouble fraction) {
        fraction.ifPresent(value -> lines.add(String.format(Locale.ROOT, "  %-44s %5.1f %%", what, 100 * value)));
    }
}

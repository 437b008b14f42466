package io.bandpass.compare;

import io.bandpass.attack.AttackKind;
import io.bandpass.attack.PixelDistance;
import io.bandpass.compare.ComparisonTable.Column;
import io.bandpass.robust.RobustnessSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Scores of robustness of a cell: their names in result.json and results.csv, and their columns. */
final class RobustnessColumns {
    /** Top-1 accuracy on the images of the measurement as they are, as a fraction. */
    static final String CLEAN = "clean_top1";

    /** Mean top-1 error over the corruptions of ImageNet-C without frost, as a fraction. */
    static final String CORRUPTION_ERROR = "corruption_error";

    private RobustnessColumns() {}

    /** Returns the columns of a plan; none without robustness. */
    static List<Column> of(RobustnessPlan plan) {
        if (!plan.isWanted()) {
            return List.of();
        }
        List<Column> columns = new ArrayList<>();
        columns.add(
                percent(
                        CLEAN,
                        "clean top-1 of drawn images (%)",
                        "The held-out images that are drawn to measure robustness, as they are: those whose class the classifier puts first."));
        plan.attacks().forEach(attack -> columns.add(ofAttack(attack)));
        if (plan.has(RobustnessPlan.CORRUPTIONS)) {
            columns.add(
                    percent(
                            CORRUPTION_ERROR,
                            "mean error over 14 corruptions (%)",
                            "The same images under the corruptions of ImageNet-C but frost, in memory, at five severities, with the parameters for their size: those whose class the classifier does not put first."));
        }
        return columns;
    }

    private static Column ofAttack(AttackKind attack) {
        return percent(
                nameOfAttack(attack.toString()),
                attack + " " + RobustnessPlan.NORM + " "
                        + PixelDistance.format(
                                attack.settings(RobustnessPlan.NORM).eps()) + " top-1 (%)",
                "The same images under attack: " + attack.summary() + ".");
    }

    private static Column percent(String name, String title, String explanation) {
        return new Column(name, title, explanation, 100, 2);
    }

    /** Returns the name of the accuracy under an attack. */
    private static String nameOfAttack(String attack) {
        return attack.replace('-', '_') + "_top1";
    }

    /** Describes scores in a few words. */
    static String describe(RobustnessPlan plan, Map<String, Double> scores) {
        return of(plan).stream()
                .filter(column -> scores.containsKey(column.name()))
                .map(column -> String.format(
                        Locale.ROOT,
                        "%s %.2f %%",
                        column.title().replace(" (%)", ""),
                        column.scale() * scores.getOrDefault(column.name(), Double.NaN)))
                .collect(Collectors.joining(", "));
    }

    /** Returns the scores of a classifier by their names. */
    static Map<String, Double> scores(RobustnessSummary measured) {
        Map<String, Double> scores = new LinkedHashMap<>();
        measured.clean().ifPresent(accuracy -> scores.put(CLEAN, accuracy));
        measured.attacks().forEach((attack, accuracy) -> scores.put(nameOfAttack(attack.name()), accuracy));
        measured.corruptions().meanErrorWithoutFrost().ifPresent(error -> scores.put(CORRUPTION_ERROR, error));
        return scores;
    }
}

package io.bandpass.compare;

import io.bandpass.compare.ComparisonTable.Cell;
import io.bandpass.compare.ComparisonTable.Column;
import io.bandpass.compare.ComparisonTable.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Differences of the scores of each task from those of a baseline, seed by seed: cells of one seed share initial values, order of
 * the data and labelled images, so that their difference varies less than either score.
 */
final class PairedDifferences {
    /** The 97.5 % quantiles of Student's t distribution with 1, 2, ... degrees of freedom. */
    private static final double[] QUANTILES = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042
    };

    /** With more degrees of freedom than these the distribution is close to a normal one. */
    private static final double NORMAL_QUANTILE = 1.960;

    private static final String EXPLANATION =
            "In points, seed by seed: mean and 95 % confidence interval (Student's t)."
                    + " Where the interval holds 0, these seeds show no difference.";

    private PairedDifferences() {}

    /**
     * Returns a table for each encoder that has the baseline and another task with scores in common: in points, mean and 95 %
     * confidence interval over seeds. The baseline is training from scratch, or the first task where that is not compared.
     */
    static List<SpreadTable> of(ComparisonTable table) {
        return table.rows().stream()
                .map(Row::encoder)
                .distinct()
                .map(encoder -> of(table, encoder))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<SpreadTable> of(ComparisonTable table, String encoder) {
        List<Row> rows = table.rows().stream()
                .filter(row -> row.encoder().equals(encoder))
                .toList();
        Row baseline = rows.stream()
                .filter(row -> row.task().equals(ComparisonConfig.SCRATCH))
                .findFirst()
                .orElse(rows.get(0));
        List<Row> others = rows.stream().filter(row -> !row.equals(baseline)).toList();
        List<Column> columns = table.columns().stream()
                .filter(Column::isScore)
                .filter(column -> others.stream()
                        .anyMatch(row -> !differences(row, baseline, column).isEmpty()))
                .toList();
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        List<String> heads = Stream.concat(Stream.of("task"), columns.stream().map(Column::title))
                .toList();
        List<List<String>> lines = new ArrayList<>();
        for (Row row : others) {
            List<String> cells = new ArrayList<>(List.of(row.task()));
            columns.forEach(column -> cells.add(text(differences(row, baseline, column))));
            lines.add(List.copyOf(cells));
        }
        return Optional.of(
                new SpreadTable("Differences from " + baseline.task() + ", " + encoder, EXPLANATION, heads, lines));
    }

    /** Returns the differences in a column, of the seeds that have both scores. */
    private static List<Double> differences(Row row, Row baseline, Column column) {
        List<Double> differences = new ArrayList<>();
        for (Cell cell : row.cells()) {
            for (Cell other : baseline.cells()) {
                Double value = cell.scores().get(column.name());
                Double from = other.scores().get(column.name());
                if (cell.seed() == other.seed() && value != null && from != null) {
                    differences.add(column.scale() * (value - from));
                }
            }
        }
        return differences;
    }

    /**
     * Formats a mean with its interval, such as {@code +5.20 (+3.91 to +6.49)}; one difference has no interval.
     */
    static String text(List<Double> differences) {
        Spread spread = Spread.of(differences);
        if (spread.count() == 0) {
            return "–";
        }
        String mean = signed(spread.mean());
        if (spread.count() == 1) {
            return mean;
        }
        double half = quantile(spread.count() - 1) * spread.deviation() / Math.sqrt(spread.count());
        return mean + " (" + signed(spread.mean() - half) + " to " + signed(spread.mean() + half) + ")";
    }

    private static double quantile(int freedom) {
        return freedom <= QUANTILES.length ? QUANTILES[freedom - 1] : NORMAL_QUANTILE;
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, "%+.2f", value);
    }
}

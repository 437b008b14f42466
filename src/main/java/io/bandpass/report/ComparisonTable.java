package io.bandpass.report;

import io.bandpass.metrics.MetricsFile;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a comparison has found so far.
 *
 * @param title of the page
 * @param facts label to value: what all cells have in common
 * @param columns the scores
 * @param rows by encoder, then task
 * @param courses of fine-tuning with all labels, of the cells that are complete
 * @param notices what a reader should know, each a sentence
 */
public record ComparisonTable(
        String title,
        Map<String, String> facts,
        List<Column> columns,
        List<Row> rows,
        List<Course> courses,
        List<String> notices) {
    public ComparisonTable {
        courses = List.copyOf(courses);
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        notices = List.copyOf(notices);
    }

    /**
     * A score.
     *
     * @param name in results.csv
     * @param title for people, with its unit
     * @param explanation a sentence below its chart
     * @param scale factor from the value to what is shown
     * @param decimals shown
     */
    public record Column(String name, String title, String explanation, double scale, int decimals) {}

    /**
     * A task with an encoder.
     *
     * @param folder of its cells, below that of the comparison
     * @param cells by seed; those that have begun
     * @param note why there is nothing or less than there should be; empty where there is nothing to say
     */
    public record Row(String encoder, String task, String folder, List<Cell> cells, String note) {
        public Row {
            cells = List.copyOf(cells);
        }

        /** How many of its cells have ended with a classifier. */
        public long completeCells() {
            return cells.stream().filter(Cell::complete).count();
        }

        /** The values that its cells have in a column, as they are shown. */
        List<Double> values(Column column) {
            return cells.stream()
                    .map(cell -> cell.scores().get(column.name()))
                    .filter(Objects::nonNull)
                    .map(value -> column.scale() * value)
                    .toList();
        }

        Spread spread(Column column) {
            return Spread.of(values(column));
        }

        /** Mean and spread in a column, for people; with the number of seeds where it is not that of {@link #completeCells}. */
        public String text(Column column) {
            Spread spread = spread(column);
            String text = spread.text(column.decimals());
            return spread.count() == 0 || spread.count() == completeCells()
                    ? text
                    : text + " (n = " + spread.count() + ")";
        }
    }

    /**
     * A task with an encoder and a seed.
     *
     * @param complete whether it has ended with a classifier
     * @param scores by the names of columns
     */
    public record Cell(int seed, boolean complete, Map<String, Double> scores) {
        /** Its value in a column, for people. */
        public String text(Column column) {
            Double value = scores.get(column.name());
            return Spread.of(value == null ? List.of() : List.of(column.scale() * value))
                    .text(column.decimals());
        }
    }

    /** How the fine-tuning of a cell went. */
    public record Course(String encoder, String task, MetricsFile.Content metrics) {}

    /** Columns in which any cell has a value. */
    public List<Column> filled() {
        return columns.stream()
                .filter(column ->
                        rows.stream().anyMatch(row -> !row.values(column).isEmpty()))
                .toList();
    }
}

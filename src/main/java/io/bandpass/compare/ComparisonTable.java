package io.bandpass.compare;

import io.bandpass.metrics.MetricsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a comparison has found so far.
 *
 * @param title of the page
 * @param facts label to value: what all cells have in common
 * @param columns the scores
 * @param rows by encoder, then task
 * @param courses of fine-tuning with all labels, of the cells in which it has ended
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
     * @param pretraining what is pre-trained, in words; empty where nothing is
     */
    public record Row(String encoder, String task, String folder, List<Cell> cells, String note, String pretraining) {
        public Row {
            cells = List.copyOf(cells);
        }

        /** A row of which nothing is said in words. */
        public Row(String encoder, String task, String folder, List<Cell> cells, String note) {
            this(encoder, task, folder, cells, note, "");
        }

        /** How many of its cells have ended with all of their scores. */
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

        /**
         * Mean and spread in a column, for people; with the number of seeds where it is not that of {@link #completeCells},
         * and of those that diverged where there are any.
         */
        public String text(Column column) {
            Spread spread = spread(column);
            List<String> remarks = new ArrayList<>();
            if (spread.count() > 0 && spread.count() != completeCells()) {
                remarks.add("n = " + spread.count());
            }
            long diverged = cells.stream()
                    .filter(cell -> cell.diverged().contains(column.name()))
                    .count();
            if (diverged > 0) {
                remarks.add(diverged + " diverged");
            }
            String text = spread.text(column.decimals());
            return remarks.isEmpty() ? text : text + " (" + String.join(", ", remarks) + ")";
        }
    }

    /**
     * A task with an encoder and a seed.
     *
     * @param complete whether it has ended with all of its scores
     * @param scores by the names of columns
     * @param diverged names of columns in which it has no score because what gives it has diverged
     */
    public record Cell(int seed, boolean complete, Map<String, Double> scores, Set<String> diverged) {
        public Cell {
            scores = Map.copyOf(scores);
            diverged = Set.copyOf(diverged);
        }

        /** A cell in which nothing diverged. */
        public Cell(int seed, boolean complete, Map<String, Double> scores) {
            this(seed, complete, scores, Set.of());
        }

        /** Its value in a column, for people. */
        public String text(Column column) {
            if (diverged.contains(column.name())) {
                return "diverged";
            }
            Double value = scores.get(column.name());
            return Spread.of(value == null ? List.of() : List.of(column.scale() * value))
                    .text(column.decimals());
        }
    }

    /** How the fine-tuning of a cell went. */
    public record Course(String encoder, String task, MetricsFile.Content metrics) {}

    /** Rows of which is said what was pre-trained. */
    public List<Row> described() {
        return rows.stream().filter(row -> !row.pretraining().isEmpty()).toList();
    }

    /** Columns in which any cell has a value, or has none because it diverged. */
    public List<Column> filled() {
        return columns.stream()
                .filter(column -> rows.stream()
                        .flatMap(row -> row.cells().stream())
                        .anyMatch(cell -> cell.scores().containsKey(column.name())
                                || cell.diverged().contains(column.name())))
                .toList();
    }
}

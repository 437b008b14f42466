package io.bandpass.compare;

import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.Scores;
import io.bandpass.robust.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Results of a comparison so far.
 *
 * @param title of the page
 * @param facts settings that all cells share, label to value
 * @param columns the scores
 * @param rows by encoder, then task
 * @param courses fine-tunings with all labels, of cells in which they have ended
 * @param measured robustness, of cells in which it was measured
 * @param notices remarks for the reader, each a sentence
 */
public record ComparisonTable(
        String title,
        Map<String, String> facts,
        List<Column> columns,
        List<Row> rows,
        List<Course> courses,
        List<Measured> measured,
        List<String> notices) {
    public ComparisonTable {
        courses = List.copyOf(courses);
        measured = List.copyOf(measured);
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        notices = List.copyOf(notices);
    }

    /** Creates a table without robustness. */
    public ComparisonTable(
            String title,
            Map<String, String> facts,
            List<Column> columns,
            List<Row> rows,
            List<Course> courses,
            List<String> notices) {
        this(title, facts, columns, rows, courses, List.of(), notices);
    }

    /**
     * A score.
     *
     * @param name in results.csv
     * @param title human-readable, with its unit
     * @param explanation a sentence below its chart
     * @param scale factor from the value to the displayed one
     * @param decimals displayed decimals
     */
    public record Column(String name, String title, String explanation, double scale, int decimals) {
        /** Whether it is a share of images or pixels, rather than what the training took. */
        boolean isScore() {
            return scale == 100;
        }
    }

    /**
     * A task with an encoder.
     *
     * @param folder of its cells, relative to the comparison's
     * @param cells those that have begun, by seed
     * @param note reason for missing results; empty if there is none
     * @param pretraining human-readable description of the pre-training; empty if there is none
     * @param finetuning human-readable settings of fine-tuning that it chose; empty if there was nothing to choose
     */
    public record Row(
            String encoder,
            String task,
            String folder,
            List<Cell> cells,
            String note,
            String pretraining,
            String finetuning) {
        public Row {
            cells = List.copyOf(cells);
        }

        /** Creates a row without a description of its trainings. */
        public Row(String encoder, String task, String folder, List<Cell> cells, String note) {
            this(encoder, task, folder, cells, note, "", "");
        }

        /** Returns the number of cells that have ended with all their scores. */
        public long completeCells() {
            return cells.stream().filter(Cell::complete).count();
        }

        /** Returns the displayed values of its cells in a column. */
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
         * Formats mean and spread in a column, with the number of seeds if it differs from {@link #completeCells}, and
         * the number of those that diverged if there are any.
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
     * @param complete whether it has ended with all its scores
     * @param scores by column name
     * @param diverged names of columns without a score because the stage that yields it has diverged
     */
    public record Cell(int seed, boolean complete, Map<String, Double> scores, Set<String> diverged) {
        public Cell {
            scores = Map.copyOf(scores);
            diverged = Set.copyOf(diverged);
        }

        /** Creates a cell in which nothing diverged. */
        public Cell(int seed, boolean complete, Map<String, Double> scores) {
            this(seed, complete, scores, Set.of());
        }

        /** Formats its value in a column. */
        public String text(Column column) {
            if (diverged.contains(column.name())) {
                return "diverged";
            }
            Double value = scores.get(column.name());
            return Spread.of(value == null ? List.of() : List.of(column.scale() * value))
                    .text(column.decimals());
        }
    }

    /** What the encoder of a cell is used for. */
    public enum Use {
        FINETUNING("Fine-tuning of", Scores.TOP1, "top-1", "Per cent of the held-out images whose class comes first"),
        SEGMENTATION("Segmentation with", Scores.MEAN_IOU, "mIoU", "Mean IoU of the held-out images in per cent");

        /** Words before the encoder's name. */
        final String title;
        /** Name of its score. */
        final String score;

        final String label;
        final String explanation;

        Use(String title, String score, String label, String explanation) {
            this.title = title;
            this.score = score;
            this.label = label;
            this.explanation = explanation;
        }
    }

    /** Metrics of a training with the encoder of a cell. */
    public record Course(Use use, String encoder, String task, MetricsFile.Content metrics) {}

    /** Measurements of the classifier of a cell on changed images. */
    public record Measured(String encoder, String task, List<Measurement> measurements) {
        public Measured {
            measurements = List.copyOf(measurements);
        }
    }

    /** Returns the names of the tasks, in the order of their rows. */
    List<String> tasks() {
        return rows.stream().map(Row::task).distinct().toList();
    }

    /** Returns the rows with a description of their pre-training. */
    public List<Row> described() {
        return rows.stream().filter(row -> !row.pretraining().isEmpty()).toList();
    }

    /** Returns the rows that chose settings of fine-tuning. */
    public List<Row> tuned() {
        return rows.stream().filter(row -> !row.finetuning().isEmpty()).toList();
    }

    /** Returns the columns in which any cell has a value, or lacks one because it diverged. */
    public List<Column> filled() {
        return columns.stream()
                .filter(column -> rows.stream()
                        .flatMap(row -> row.cells().stream())
                        .anyMatch(cell -> cell.scores().containsKey(column.name())
                                || cell.diverged().contains(column.name())))
                .toList();
    }

    /** Returns mean and spread of each row in human-readable lines. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        List<Column> filled = filled();
        for (Row row : rows) {
            if (!filled.isEmpty()) {
                lines.add(row.encoder() + ", " + row.task());
                filled.forEach(column ->
                        lines.add(String.format(Locale.ROOT, "  %-44s %s", column.title(), row.text(column))));
            }
        }
        return lines;
    }
}

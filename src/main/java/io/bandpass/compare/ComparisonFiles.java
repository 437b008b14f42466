package io.bandpass.compare;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.bandpass.compare.ComparisonTable.Cell;
import io.bandpass.compare.ComparisonTable.Column;
import io.bandpass.compare.ComparisonTable.Row;
import io.bandpass.compare.DotChart.Group;
import io.bandpass.report.Chart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats the table of a comparison as Markdown, CSV and a self-contained HTML page. */
public final class ComparisonFiles {
    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(ContentType.Html);

    private ComparisonFiles() {}

    /** Returns Markdown with a row for each task and encoder, followed by one for each seed. */
    public static String markdown(ComparisonTable table) {
        StringBuilder text = new StringBuilder("# " + table.title() + "\n\n");
        text.append("Mean ± sample standard deviation over seeds.\n\n");
        List<Column> columns = table.filled();
        List<String> heads = new ArrayList<>(List.of("encoder", "task"));
        columns.forEach(column -> heads.add(column.title()));
        heads.add("seeds");
        head(text, heads);
        for (Row row : table.rows()) {
            List<String> cells = new ArrayList<>(List.of(row.encoder(), row.task()));
            columns.forEach(column -> cells.add(row.text(column)));
            cells.add(Long.toString(row.completeCells()));
            line(text, cells);
        }
        text.append('\n');
        table.rows().stream()
                .filter(row -> !row.note().isEmpty())
                .forEach(row -> text.append("- ")
                        .append(row.encoder())
                        .append(", ")
                        .append(row.task())
                        .append(": ")
                        .append(row.note())
                        .append('\n'));
        table.notices().forEach(notice -> text.append("- ").append(notice).append('\n'));
        for (SpreadTable differences : PairedDifferences.of(table)) {
            section(text, differences);
        }
        if (!table.described().isEmpty()) {
            text.append("\n## What was pre-trained\n\n");
            head(text, List.of("encoder", "task", "pre-training"));
            table.described().forEach(row -> line(text, List.of(row.encoder(), row.task(), row.pretraining())));
        }
        if (!table.tuned().isEmpty()) {
            text.append("\n## Chosen settings of fine-tuning\n\n");
            head(text, List.of("encoder", "task", "settings"));
            table.tuned().forEach(row -> line(text, List.of(row.encoder(), row.task(), row.finetuning())));
        }
        Stream.concat(RobustnessTables.bands(table).stream(), RobustnessTables.corruptions(table).stream())
                .forEach(spreads -> section(text, spreads));
        text.append("\n## Each seed\n\n");
        heads.set(heads.size() - 1, "folder");
        head(text, heads);
        for (Row row : table.rows()) {
            for (Cell cell : row.cells()) {
                List<String> cells = new ArrayList<>(List.of(row.encoder(), row.task()));
                columns.forEach(column -> cells.add(cell.text(column)));
                cells.add("[seed " + cell.seed() + "](" + row.folder() + "/seed-" + cell.seed() + ")");
                line(text, cells);
            }
        }
        text.append("\n## In common\n\n");
        head(text, List.of("what", "value"));
        table.facts().forEach((label, value) -> line(text, List.of(label, value)));
        return text.toString();
    }

    private static void section(StringBuilder text, SpreadTable table) {
        text.append("\n## ").append(table.title()).append("\n\n");
        if (!table.explanation().isEmpty()) {
            text.append(table.explanation()).append("\n\n");
        }
        head(text, table.heads());
        table.rows().forEach(row -> line(text, row));
    }

    private static void head(StringBuilder text, List<String> heads) {
        line(text, heads);
        text.append("|").append("---|".repeat(heads.size())).append('\n');
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append('|');
        cells.forEach(cell -> text.append(' ')
                .append(cell.replace("|", "\\|").replace('\n', ' '))
                .append(" |"));
        text.append('\n');
    }

    /** Returns CSV with mean, sample standard deviation and number of seeds of each score, empty if there is none. */
    public static String csv(ComparisonTable table) {
        List<String> heads = new ArrayList<>(List.of("encoder", "task"));
        for (Column column : table.columns()) {
            heads.addAll(List.of(column.name() + "_mean", column.name() + "_sd", column.name() + "_n"));
        }
        heads.addAll(List.of("complete", "folder", "note", "pretraining", "finetuning"));
        List<List<String>> lines = new ArrayList<>(List.of(heads));
        for (Row row : table.rows()) {
            List<String> cells = new ArrayList<>(List.of(row.encoder(), row.task()));
            for (Column column : table.columns()) {
                Spread spread = row.spread(column);
                cells.add(number(spread.mean() / column.scale()));
                cells.add(number(spread.deviation() / column.scale()));
                cells.add(Integer.toString(spread.count()));
            }
            cells.addAll(List.of(
                    Long.toString(row.completeCells()), row.folder(), row.note(), row.pretraining(), row.finetuning()));
            lines.add(cells);
        }
        return csv(lines);
    }

    /** Returns lines as CSV. */
    static String csv(List<List<String>> lines) {
        return lines.stream()
                .map(cells -> cells.stream().map(ComparisonFiles::quoted).collect(Collectors.joining(",")) + "\n")
                .collect(Collectors.joining());
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "";
    }

    /** Quotes a cell as in RFC 4180, if necessary. */
    private static String quoted(String cell) {
        return cell.matches("[^\",\\r\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    /** Returns a self-contained HTML page with a chart for each score. */
    public static String html(ComparisonTable table) {
        List<Column> columns = table.filled();
        List<String> encoders =
                table.rows().stream().map(Row::encoder).distinct().toList();
        List<String> tasks = table.tasks();
        Map<Column, String> charts = new LinkedHashMap<>();
        columns.forEach(column -> charts.put(column, chart(table, column, tasks, encoders)));
        List<Chart> curves = new ArrayList<>(ComparisonCurves.of(table.courses(), tasks));
        curves.addAll(RobustnessTables.charts(table));
        StringOutput page = new StringOutput();
        TEMPLATES.render(
                "compare.jte",
                Map.of(
                        "table",
                        table,
                        "columns",
                        columns,
                        "charts",
                        charts,
                        "tasks",
                        legend(tasks, DotChart::style),
                        "encoders",
                        legend(encoders, DotChart::glyph),
                        "curves",
                        curves,
                        "spreads",
                        Stream.concat(
                                        PairedDifferences.of(table).stream(),
                                        RobustnessTables.corruptions(table).stream())
                                .toList(),
                        "maps",
                        RobustnessTables.heatMaps(table)),
                page);
        return page.toString();
    }

    /** Returns the legend: each task's CSS class of its colour, or each encoder's marker glyph. */
    private static Map<String, String> legend(List<String> names, IntFunction<String> sign) {
        Map<String, String> legend = new LinkedHashMap<>();
        names.forEach(name -> legend.put(name, sign.apply(legend.size())));
        return legend;
    }

    /**
     * Returns the chart of a column. Colours are tasks, as in the curves; encoders differ by marker shape and label.
     */
    private static String chart(ComparisonTable table, Column column, List<String> tasks, List<String> encoders) {
        Map<String, List<DotChart.Series>> groups = new LinkedHashMap<>();
        for (Row row : table.rows()) {
            groups.computeIfAbsent(row.task(), task -> new ArrayList<>())
                    .add(new DotChart.Series(
                            tasks.indexOf(row.task()),
                            encoders.indexOf(row.encoder()),
                            encoders.size() > 1 ? row.encoder() : "",
                            row.values(column)));
        }
        return DotChart.of(
                column.title(),
                groups.entrySet().stream()
                        .map(task -> new Group(task.getKey(), task.getValue()))
                        .toList());
    }
}

package io.bandpass.report;

import io.bandpass.report.SvgChart.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values of a chart as a table, for who cannot see it or wants to copy them.
 *
 * @param heads of its columns: the axis, then each line
 * @param rows by position; an empty text where a line has no value
 * @param positions how many rows there would be if none was left out
 */
public record ChartTable(List<String> heads, List<List<String>> rows, int positions) {
    private static final int MOST_ROWS = 50;

    public ChartTable {
        heads = List.copyOf(heads);
        rows = List.copyOf(rows);
    }

    /**
     * The values of the lines that have a name, or of all where none has one.
     *
     * @param title of the chart, in place of a name
     */
    static ChartTable of(String title, String xLabel, List<Line> lines) {
        boolean named = lines.stream().anyMatch(line -> !line.label().isEmpty());
        List<Line> shown =
                lines.stream().filter(line -> !named || !line.label().isEmpty()).toList();
        List<String> heads = new ArrayList<>(List.of(xLabel));
        TreeMap<Double, String[]> byPosition = new TreeMap<>();
        for (int i = 0; i < shown.size(); i++) {
            Line line = shown.get(i);
            heads.add(line.label().isEmpty() ? title : line.label());
            for (int k = 0; k < line.x().length; k++) {
                if (Double.isFinite(line.x()[k]) && Double.isFinite(line.y()[k])) {
                    byPosition.computeIfAbsent(line.x()[k], x -> empty(shown.size()))[i] = number(line.y()[k]);
                }
            }
        }
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<Double, String[]> row : byPosition.entrySet()) {
            List<String> cells = new ArrayList<>(List.of(number(row.getKey())));
            cells.addAll(List.of(row.getValue()));
            rows.add(List.copyOf(cells));
        }
        return new ChartTable(heads, rows.size() <= MOST_ROWS ? rows : thin(rows), rows.size());
    }

    /** How many rows are shown, where it is not all of them; else an empty text. */
    public String remark() {
        return rows.size() == positions ? "" : ", " + rows.size() + " of " + positions + " rows, evenly spread";
    }

    private static String[] empty(int columns) {
        String[] cells = new String[columns];
        Arrays.fill(cells, "");
        return cells;
    }

    /** Evenly spread, with the first and the last. */
    private static List<List<String>> thin(List<List<String>> rows) {
        List<List<String>> thinned = new ArrayList<>();
        for (int i = 0; i < MOST_ROWS; i++) {
            thinned.add(rows.get((int) ((long) i * (rows.size() - 1) / (MOST_ROWS - 1))));
        }
        return thinned;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}

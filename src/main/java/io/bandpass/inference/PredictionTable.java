package io.bandpass.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A CSV file of predictions: {@code name,class,probability,class2,probability2,...}, the most probable class first. It is
 * there when it is whole.
 */
public final class PredictionTable implements AutoCloseable {
    private final List<String> classNames;
    private final CsvFile table;

    /**
     * Starts a table.
     *
     * @param columns how many classes a row names
     */
    public PredictionTable(Path file, List<String> classNames, int columns) throws IOException {
        this.classNames = classNames;
        table = new CsvFile(file);
        List<String> header = new ArrayList<>(List.of("name", "class", "probability"));
        for (int i = 2; i <= columns; i++) {
            header.addAll(List.of("class" + i, "probability" + i));
        }
        table.row(header);
    }

    /** Adds an image; there are as many classes as columns. */
    public void append(String name, List<RankedClass> ranked) throws IOException {
        List<String> cells = new ArrayList<>();
        cells.add(name);
        for (RankedClass each : ranked) {
            cells.add(classNames.get(each.number()));
            cells.add(Double.toString(each.probability()));
        }
        table.row(cells);
    }

    /** Puts the file in its place; no rows come after. */
    public void finish() throws IOException {
        table.finish();
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}

package io.bandpass.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CSV file of predictions: {@code name,class,probability,class2,probability2,...}, the most probable class first. It
 * appears only when complete.
 */
public final class PredictionTable implements AutoCloseable {
    private final List<String> classNames;
    private final CsvFile table;

    /**
     * Creates a table.
     *
     * @param columns number of classes per row
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

    /** Appends an image with as many classes as columns. */
    public void append(String name, List<RankedClass> ranked) throws IOException {
        List<String> cells = new ArrayList<>();
        cells.add(name);
        for (RankedClass rank : ranked) {
            cells.add(classNames.get(rank.number()));
            cells.add(Double.toString(rank.probability()));
        }
        table.row(cells);
    }

    /** Completes the file and moves it into place; no rows may follow. */
    public void finish() throws IOException {
        table.finish();
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}

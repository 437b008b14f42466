package io.bandpass.inference;

import io.bandpass.config.LabelClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * CSV file of the classes' shares: {@code name,CLASS,CLASS,...}, the share of each image's pixels, 0 to 1. It appears
 * only when complete.
 */
final class ShareTable implements AutoCloseable {
    private final Optional<CsvFile> table;

    private ShareTable(Optional<CsvFile> table) {
        this.table = table;
    }

    /**
     * Creates a table.
     *
     * @param file empty for a table that is not wanted
     */
    static ShareTable open(Optional<Path> file, LabelClasses classes) throws IOException {
        if (file.isEmpty()) {
            return new ShareTable(Optional.empty());
        }
        Files.createDirectories(
                Objects.requireNonNull(file.get().toAbsolutePath().getParent()));
        CsvFile table = new CsvFile(file.get());
        List<String> header = new ArrayList<>(List.of("name"));
        header.addAll(classes.names());
        table.row(header);
        return new ShareTable(Optional.of(table));
    }

    /**
     * Appends an image.
     *
     * @param pixels of each class
     */
    void append(String name, long[] pixels) throws IOException {
        if (table.isPresent()) {
            double all = Arrays.stream(pixels).sum();
            List<String> cells = new ArrayList<>(List.of(name));
            Arrays.stream(pixels).forEach(count -> cells.add(Double.toString(count / all)));
            table.get().row(cells);
        }
    }

    /** Completes the file and moves it into place; no rows may follow. */
    void finish() throws IOException {
        if (table.isPresent()) {
            table.get().finish();
        }
    }

    @Override
    public void close() throws IOException {
        if (table.isPresent()) {
            table.get().close();
        }
    }
}

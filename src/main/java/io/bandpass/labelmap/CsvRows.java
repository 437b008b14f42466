package io.bandpass.labelmap;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.Utf8Text;
import io.bandpass.image.BadImageException;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A CSV file (RFC 4180, UTF-8) whose first line names its columns.
 *
 * @param columns in lower case
 */
record CsvRows(Path file, List<String> columns, List<Row> rows) {
    /** A row, as long as the first line, and the number of its line. */
    record Row(List<String> cells, int line) {}

    private static final CsvMapper CSV = CsvMapper.csvBuilder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.TRIM_SPACES)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();

    /**
     * Reads a file.
     *
     * @throws DataException if it is none
     */
    static CsvRows read(Path file) {
        try {
            Utf8Text.check(file);
            return parsed(file);
        } catch (JacksonException e) {
            throw new DataException(FileNames.text(file) + " is no CSV: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new DataException(FileNames.text(file) + " cannot be read as UTF-8 text: "
                    + BadImageException.unreadable(e).reason());
        }
    }

    private static CsvRows parsed(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file);
                MappingIterator<String[]> lines = CSV.readerFor(String[].class).readValues(input)) {
            List<String> columns = lines.hasNextValue()
                    ? Arrays.stream(lines.nextValue())
                            .map(name -> name.toLowerCase(Locale.ROOT))
                            .toList()
                    : List.of();
            List<Row> rows = new ArrayList<>();
            while (lines.hasNextValue()) {
                int number = lines.getCurrentLocation().getLineNr();
                List<String> cells = Arrays.asList(lines.nextValue());
                if (cells.size() != columns.size()) {
                    throw new DataException("line " + number + " of " + FileNames.text(file) + " has "
                            + Counts.of(cells.size(), "value") + " for the " + Counts.of(columns.size(), "column")
                            + "; put values with commas in quotes");
                }
                rows.add(new Row(cells, number));
            }
            return new CsvRows(file, columns, rows);
        }
    }

    /** Returns where a row stands, for messages. */
    String where(Row row) {
        return "line " + row.line() + " of " + FileNames.text(file);
    }

    /** Returns the cell of an existing column. */
    String cell(Row row, String column) {
        return row.cells().get(columns.indexOf(column));
    }

    boolean has(String column) {
        return columns.contains(column);
    }
}

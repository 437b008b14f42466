package io.bandpass.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.bandpass.image.BadImageException;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A CSV file (RFC 4180, UTF-8) of images and labels. Its first line names the columns: {@code path}, relative to the
 * file, {@code label}, and optionally {@code split}, which is {@code train} or {@code val}.
 *
 * @param hasSplit whether the column {@code split} exists
 */
record LabelTable(List<Row> rows, boolean hasSplit) {
    /** A row of the table. */
    record Row(Path path, String label, boolean heldOut, int line) {}

    private static final String PATH = "path";
    private static final String LABEL = "label";
    private static final String SPLIT = "split";
    private static final List<String> COLUMNS = List.of(PATH, LABEL, SPLIT);

    private static final CsvMapper CSV = CsvMapper.csvBuilder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.TRIM_SPACES)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();

    static boolean isTable(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    /**
     * Reads a file.
     *
     * @throws DataException if it is not such a file, or names an image twice
     */
    static LabelTable read(Path file) {
        try {
            Utf8Text.check(file);
            return parsed(file);
        } catch (JacksonException e) {
            throw new DataException(file + " is no CSV" + where(e) + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new DataException(file + " cannot be read as UTF-8 text with a path and a label in each line: "
                    + BadImageException.unreadable(e).reason());
        }
    }

    private static LabelTable parsed(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file);
                MappingIterator<String[]> lines = CSV.readerFor(String[].class).readValues(input)) {
            List<String> header = lines.hasNextValue() ? Arrays.asList(lines.nextValue()) : List.of();
            checkHeader(file, header);
            LabelTable table = new LabelTable(rows(file, header, lines), header.contains(SPLIT));
            table.checkSplits(file);
            return table;
        }
    }

    /** Returns the line of an error, if it or one of its causes knows it. */
    private static String where(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof JacksonException known && known.getLocation() != null) {
                return " at line " + known.getLocation().getLineNr();
            }
        }
        return "";
    }

    private static void checkHeader(Path file, List<String> header) {
        boolean known =
                COLUMNS.containsAll(header) && header.stream().distinct().count() == header.size();
        if (!known || !header.contains(PATH) || !header.contains(LABEL)) {
            throw new DataException("the first line of " + file + " is '" + String.join(",", header)
                    + "'; it must name the columns: path,label or path,label,split");
        }
    }

    private static List<Row> rows(Path file, List<String> header, MappingIterator<String[]> lines) throws IOException {
        Path beside = file.toAbsolutePath();
        Map<Path, Integer> lineOf = new HashMap<>();
        List<Row> rows = new ArrayList<>();
        while (lines.hasNextValue()) {
            int number = lines.getCurrentLocation().getLineNr();
            String[] values = lines.nextValue();
            String line = "line " + number + " of " + file;
            if (values.length != header.size()) {
                throw new DataException(line + " has " + Counts.of(values.length, "value") + " for the "
                        + Counts.of(header.size(), "column") + "; put values with commas in quotes");
            }
            Path path = beside.resolveSibling(FileNames.path(value(line, header, values, PATH)));
            Integer before = lineOf.putIfAbsent(path.normalize(), number);
            if (before != null) {
                throw new DataException(line + " names " + value(line, header, values, PATH) + ", as line " + before
                        + " does; an image may stand there once");
            }
            rows.add(new Row(path, value(line, header, values, LABEL), isHeldOut(line, header, values), number));
        }
        return rows;
    }

    private static String value(String line, List<String> header, String[] values, String column) {
        String value = values[header.indexOf(column)];
        if (value.isEmpty()) {
            throw new DataException(line + " has no " + column);
        }
        return value;
    }

    private void checkSplits(Path file) {
        long val = rows.stream().filter(Row::heldOut).count();
        if (hasSplit && !rows.isEmpty() && (val == 0 || val == rows.size())) {
            throw new DataException("the column split of " + file + " says " + (val == 0 ? "train" : "val")
                    + " in every line; name images of both parts, or leave the column out");
        }
    }

    private static boolean isHeldOut(String line, List<String> header, String[] values) {
        if (!header.contains(SPLIT)) {
            return false;
        }
        String split = value(line, header, values, SPLIT);
        return switch (split) {
            case "train" -> false;
            case "val" -> true;
            default -> throw new DataException(line + " has the split '" + split + "', which must be train or val");
        };
    }

    /** Returns the distinct labels, sorted. */
    List<String> classes() {
        TreeSet<String> classes = new TreeSet<>();
        rows.forEach(row -> classes.add(row.label()));
        return List.copyOf(classes);
    }

    /** Returns the class index of each of these rows. */
    int[] labels(int[] selected) {
        List<String> classes = classes();
        return IntStream.of(selected)
                .map(row -> Collections.binarySearch(classes, rows.get(row).label()))
                .toArray();
    }

    /** Returns the positions in an array of rows that are held out, or the others. */
    int[] part(int[] selected, boolean heldOut) {
        return IntStream.range(0, selected.length)
                .filter(i -> rows.get(selected[i]).heldOut() == heldOut)
                .toArray();
    }

    /**
     * Returns the row of each image.
     *
     * @param kept paths of a subset of the rows, in their order
     */
    int[] rowsOf(PathTable kept) {
        int[] found = new int[kept.size()];
        int row = 0;
        for (int i = 0; i < found.length; i++) {
            while (!rows.get(row).path().equals(kept.path(i))) {
                row++;
            }
            found[i] = row++;
        }
        return found;
    }
}

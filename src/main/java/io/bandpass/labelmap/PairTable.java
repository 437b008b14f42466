package io.bandpass.labelmap;

import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A CSV file of images and masks. Its first line names the columns {@code image} and {@code mask}, whose paths are
 * relative to the file, and optionally {@code split}: {@code train}, {@code val} or {@code test}.
 */
final class PairTable {
    private static final String IMAGE = "image";
    private static final String MASK = "mask";
    private static final String SPLIT = "split";

    private PairTable() {}

    static boolean isTable(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    /**
     * Reads a file.
     *
     * @throws DataException if it is no such file, names an image twice or leaves a cell empty
     */
    static PairedFiles read(Path file) {
        CsvRows table = CsvRows.read(file);
        if (!table.has(IMAGE) || !table.has(MASK)) {
            throw new DataException(
                    "the first line of " + FileNames.text(file) + " is '" + String.join(",", table.columns())
                            + "'; it must name the columns: image,mask or image,mask,split");
        }
        Path beside = file.toAbsolutePath();
        Splits splits = splits(table);
        PairedFiles paired = PairedFiles.empty();
        Map<Path, Integer> lineOf = new HashMap<>();
        for (CsvRows.Row row : table.rows()) {
            Path image = beside.resolveSibling(FileNames.path(value(table, row, IMAGE)));
            Path mask = beside.resolveSibling(FileNames.path(value(table, row, MASK)));
            Integer before = lineOf.putIfAbsent(image.normalize(), row.line());
            if (before != null) {
                throw new DataException(table.where(row) + " names " + value(table, row, IMAGE) + ", as line " + before
                        + " does; an image may stand there once");
            }
            String part = table.has(SPLIT) ? value(table, row, SPLIT) + "/" : "";
            if (splits.wanted().test(part)) {
                paired.pairs().add(new MaskPair(image, mask, splits.isHeldOut().test(part)));
            }
        }
        splits.notice(FileNames.text(file)).ifPresent(paired.notices()::add);
        return paired;
    }

    private static Splits splits(CsvRows table) {
        Set<String> parts = new LinkedHashSet<>();
        if (table.has(SPLIT)) {
            for (CsvRows.Row row : table.rows()) {
                String part = value(table, row, SPLIT);
                if (!part.matches("train|training|val|valid|validation|test")) {
                    throw new DataException(
                            table.where(row) + " has the split '" + part + "', which must be train, val or test");
                }
                parts.add(part);
            }
        }
        Splits splits = Splits.of(parts);
        if (!parts.isEmpty() && !splits.areThere()) {
            throw new DataException("the column split of " + FileNames.text(table.file())
                    + " says train in no line; name images of both parts, or leave the column out");
        }
        return splits;
    }

    private static String value(CsvRows table, CsvRows.Row row, String column) {
        String value = table.cell(row, column).strip();
        if (value.isEmpty() || value.toLowerCase(Locale.ROOT).equals("nan")) {
            throw new DataException(
                    table.where(row) + " has no " + column + (value.isEmpty() ? "" : " but '" + value + "'")
                            + "; give each image a mask, or leave the line out");
        }
        return value;
    }
}

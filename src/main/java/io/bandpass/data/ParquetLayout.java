package io.bandpass.data;

import io.bandpass.format.ParquetColumn;
import io.bandpass.format.ParquetFile;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a Parquet file that matter, in the layout of Hugging Face's {@code datasets}.
 *
 * @param image encoded images
 * @param path names of the images; null if there are none
 * @param label class indices; null if there are none
 */
record ParquetLayout(
        ParquetColumn image,
        @Nullable ParquetColumn path,
        @Nullable ParquetColumn label) {
    private static final List<String> IMAGES = List.of("image", "img");
    private static final String BYTES = "bytes";
    private static final String PATH = "path";
    private static final int MOST_NAMED = 10;

    /** Returns the layout of a file; empty if it has no images in it. */
    static Optional<ParquetLayout> of(ParquetFile file) {
        for (String name : IMAGES) {
            ParquetColumn whole = column(file, List.of(name));
            ParquetColumn image = whole == null ? column(file, List.of(name, BYTES)) : whole;
            if (image != null && isBinary(image) && !image.text()) {
                ParquetColumn path = column(file, List.of(name, PATH));
                ParquetColumn label = column(file, List.of(ShardLabels.COLUMN));
                return Optional.of(new ParquetLayout(
                        image, path != null && isBinary(path) ? path : null, isIndex(label) ? label : null));
            }
        }
        return Optional.empty();
    }

    private static @Nullable ParquetColumn column(ParquetFile file, List<String> path) {
        return file.columns().stream()
                .filter(column -> column.path().equals(path))
                .findFirst()
                .orElse(null);
    }

    private static boolean isBinary(ParquetColumn column) {
        return column.type() == ParquetColumn.Type.BYTE_ARRAY && !column.repeated();
    }

    private static boolean isIndex(@Nullable ParquetColumn column) {
        return column != null
                && !column.repeated()
                && (column.type() == ParquetColumn.Type.INT32 || column.type() == ParquetColumn.Type.INT64);
    }

    /** Returns what a file without this layout has instead, as a clause. */
    static String absence(ParquetFile file) {
        String found = file.columns().stream()
                .limit(MOST_NAMED)
                .map(column -> column.name() + " (" + (column.repeated() ? "list of " : "")
                        + (column.text() ? "text" : column.type()) + ")")
                .collect(Collectors.joining(", "));
        return "it has no column image or img that is a struct with binary " + BYTES
                + ", or binary itself; its columns are " + (found.isEmpty() ? "none" : found)
                + (file.columns().size() > MOST_NAMED ? " and others" : "");
    }
}

package io.bandpass.inference;

import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Feature file in one of several formats, written batch by batch. It appears only when complete. */
public abstract class FeatureFile implements AutoCloseable {
    private static final String FORMATS = ".npy, .safetensors or .csv";

    final Path file;

    FeatureFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Rejects a file name without a known format, or with one that cannot hold these features.
     *
     * @throws ConfigException if the format is unknown or unsuitable
     */
    public static void check(Path file, String pool) {
        String ending = ending(file);
        if (ending.equals("csv") && pool.equals("tokens")) {
            throw new ConfigException(
                    file + " is a table of one vector per image, but tokens are several; use .npy or .safetensors");
        }
        if (ending.equals("parquet")) {
            throw new ConfigException(file
                    + " cannot be written: there is no Parquet here, as no light library writes it; use " + FORMATS);
        }
        if (!List.of("npy", "safetensors", "csv").contains(ending)) {
            throw new ConfigException("the ending of " + file + " says no format of features; use " + FORMATS);
        }
    }

    /** Creates a file; its extension, which {@link #check} has accepted, determines the format. */
    public static FeatureFile create(Path file) throws IOException {
        return switch (ending(file)) {
            case "npy" -> new NpyFeatures(file);
            case "safetensors" -> new SafetensorsFeatures(file, "features");
            case "csv" -> new CsvFeatures(file);
            default -> throw new IllegalArgumentException(file.toString());
        };
    }

    /** Returns what receives features and writes nothing, in a process that others write for. */
    static FeatureFile none() {
        return new NoFeatures();
    }

    /** Creates a safetensors file for the logits of a classifier, (N, classes), as tensor {@code logits}. */
    public static FeatureFile ofLogits(Path file) throws IOException {
        return new SafetensorsFeatures(file, "logits");
    }

    private static String ending(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Returns the folder of the file. */
    final Path folder() {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " has no folder");
        }
        return folder;
    }

    /**
     * Returns the path of the file of row names, for formats without names: {@code features.names.txt} for
     * {@code features.npy}.
     */
    public static Path namesBeside(Path file) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".names.txt");
    }

    /**
     * Appends rows.
     *
     * @param features (n, C) or (n, L, C), float32
     * @param names image names, one per row
     */
    public abstract void append(Tensor features, List<String> names) throws IOException;

    /**
     * Completes the file and moves it into place; no rows may follow.
     *
     * @param metadata description of the features, for formats that can store it
     */
    public abstract void finish(Map<String, String> metadata) throws IOException;

    @Override
    public abstract void close() throws IOException;
}

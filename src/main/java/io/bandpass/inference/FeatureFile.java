package io.bandpass.inference;

import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** A file of features in one of several formats, written as they come. It is there when it is whole. */
public abstract class FeatureFile implements AutoCloseable {
    private static final String FORMATS = ".npy, .safetensors or .csv";

    final Path file;

    FeatureFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Refuses a name that says no format, or one that cannot hold these features.
     *
     * @throws ConfigException if it does
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

    /** Starts a file; its ending says the format, as {@link #check} wants it. */
    public static FeatureFile create(Path file) throws IOException {
        return switch (ending(file)) {
            case "npy" -> new NpyFeatures(file);
            case "safetensors" -> new SafetensorsFeatures(file, "features");
            case "csv" -> new CsvFeatures(file);
            default -> throw new IllegalArgumentException(file.toString());
        };
    }

    /** Starts a safetensors file with the logits of a classifier, (N, classes), as its tensor {@code logits}. */
    public static FeatureFile ofLogits(Path file) throws IOException {
        return new SafetensorsFeatures(file, "logits");
    }

    private static String ending(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** The folder that the file will lie in. */
    final Path folder() {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " has no folder");
        }
        return folder;
    }

    /**
     * Where names stand that are not in the file itself: {@code features.names.txt} for {@code features.npy}.
     *
     * @return a path beside it
     */
    public static Path namesBeside(Path file) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".names.txt");
    }

    /**
     * Adds rows.
     *
     * @param features (n, C) or (n, L, C), float32
     * @param names of the images, row by row
     */
    public abstract void append(Tensor features, List<String> names) throws IOException;

    /**
     * Puts the file in its place; no rows come after.
     *
     * @param metadata what the features are, for formats with room for it
     */
    public abstract void finish(Map<String, String> metadata) throws IOException;

    @Override
    public abstract void close() throws IOException;
}

package io.bandpass.labelmap;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.config.ConfigException;
import io.bandpass.config.StrictYaml;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.image.BadImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file {@code data.yaml} of a YOLO data set: names of the classes, and where the images of each split are.
 *
 * @param base that relative paths start from
 * @param names by index
 */
record YoloDescription(Path file, Path base, Map<Integer, String> names, JsonNode tree) {
    private static final String UP = "../";

    /**
     * Reads a file, or that of a folder.
     *
     * @throws DataException if it is not there, or names no classes or training images
     */
    static YoloDescription read(Path root) {
        Path file = Files.isDirectory(root) ? in(root) : root;
        JsonNode tree;
        try {
            tree = StrictYaml.read(Files.readString(file), FileNames.text(file));
        } catch (ConfigException e) {
            throw new DataException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new DataException(FileNames.text(file) + " cannot be read as UTF-8 text: "
                    + BadImageException.unreadable(e).reason());
        }
        Path folder = FilesBelow.folderOf(file);
        Path base = resolved(file, folder, tree.path("path").asText(""));
        // A path of the machine on which the set was made.
        YoloDescription description = new YoloDescription(
                file, Files.isDirectory(base) ? base : folder, names(file, tree.path("names")), tree);
        if (description.paths("train").isEmpty()) {
            throw new DataException(
                    FileNames.text(file) + " has no `train:`; it must say where the training images are");
        }
        return description;
    }

    private static Path in(Path folder) {
        List<Path> files = FilesBelow.directlyIn(folder, YoloDescription::isYaml);
        return files.stream()
                .filter(file -> String.valueOf(file.getFileName()).startsWith("data."))
                .findFirst()
                .or(() -> files.stream().findFirst().filter(file -> files.size() == 1))
                .orElseThrow(() -> new DataException("there is no data.yaml in " + FileNames.text(folder)
                        + "; it must have `names:`, `train:` and `val:`"));
    }

    private static boolean isYaml(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }

    private static Map<Integer, String> names(Path file, JsonNode node) {
        Map<Integer, String> names = new TreeMap<>();
        if (node.isArray()) {
            node.forEach(name -> names.put(names.size(), name.asText()));
        } else {
            node.properties().forEach(entry -> {
                if (!entry.getKey().matches("\\d{1,9}")) {
                    throw new DataException(FileNames.text(file) + " has the class '" + entry.getKey()
                            + "' in `names`; it must be a number followed by a name");
                }
                names.put(Integer.valueOf(entry.getKey()), entry.getValue().asText());
            });
        }
        if (names.isEmpty()) {
            throw new DataException(FileNames.text(file) + " has no `names`; it must name the classes");
        }
        return names;
    }

    private static Path resolved(Path file, Path base, String path) {
        try {
            return base.resolve(path).normalize();
        } catch (InvalidPathException e) {
            throw new DataException(
                    FileNames.text(file) + " has the path '" + path + "', which cannot be the name of a file here");
        }
    }

    /** Returns the folders and list files of a split; none if the file does not name it. */
    List<Path> paths(String split) {
        JsonNode node = tree.path(split);
        List<Path> paths = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(path -> paths.add(path(path.asText())));
        } else if (node.isTextual() && !node.asText().isBlank()) {
            paths.add(path(node.asText()));
        }
        return paths;
    }

    /** Resolves a path; Roboflow writes one folder too high. */
    private Path path(String text) {
        Path path = resolved(file, base, text);
        return !Files.exists(path) && text.startsWith(UP) ? resolved(file, base, text.substring(UP.length())) : path;
    }
}

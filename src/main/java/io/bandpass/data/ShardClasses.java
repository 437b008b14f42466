package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Names of the classes of shards, which hold only numbers unless they are Parquet files with names. */
public final class ShardClasses {
    /** File beside the shards, or in the folder above, with the name of a class in each line. */
    public static final String FILE = "classes.txt";

    private static final long LONGEST = 1 << 26;

    private record Named(Path source, List<String> classes) {}

    private final Map<Path, Optional<List<String>>> classFiles = new LinkedHashMap<>();

    ShardClasses() {}

    /**
     * Returns the classes of labelled shards: those in the Parquet files or of {@value #FILE}, or else the numbers up to
     * the largest label.
     *
     * @param parts that have the same classes
     * @throws DataException if a label has no name
     */
    List<String> of(List<ShardTable> parts) {
        Path source = null;
        List<String> named = List.of();
        for (ShardTable part : parts) {
            for (ShardTable.Shard shard : part.shards()) {
                Named own = named(shard);
                if (own == null) {
                    continue;
                }
                if (source != null && !own.classes().equals(named)) {
                    throw new DataException(FileNames.text(source) + " and " + FileNames.text(own.source())
                            + " name different classes for shards of one set; give them the same");
                }
                source = own.source();
                named = own.classes();
            }
        }
        int classes = 0;
        for (ShardTable part : parts) {
            int largest = part.largestLabel();
            if (largest < 0) {
                continue;
            }
            int label = part.label(largest);
            if (source != null && label >= named.size()) {
                throw new DataException(part.fullName(largest) + " has the label " + label + ", but "
                        + FileNames.text(source) + " names only "
                        + Counts.of(named.size(), "class") + ", numbered from 0; add the others, or remove "
                        + (FILE.equals(String.valueOf(source.getFileName())) ? "the file" : "the names"));
            }
            classes = Math.max(classes, label + 1);
        }
        return source != null
                ? named
                : IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /** Returns the class names in a Parquet file, or else those of a file beside the shard; null for none. */
    private @Nullable Named named(ShardTable.Shard shard) {
        List<String> own = shard.parquet().classNames();
        if (own.isEmpty()) {
            return classFile(shard.file());
        }
        Set<String> seen = new HashSet<>();
        for (String name : own) {
            if (name.isBlank() || !seen.add(name)) {
                throw new DataException("the class names in " + FileNames.text(shard.file()) + ", its entry "
                        + HuggingFaceFeatures.KEY + ", "
                        + (name.isBlank() ? "have an empty one" : "have " + name + " twice")
                        + "; each class must have a name of its own");
            }
        }
        return new Named(shard.file(), own);
    }

    /** Returns the file that names the classes of a shard: beside it, or a folder above; null for none. */
    private @Nullable Named classFile(Path shard) {
        Path folder = shard.toAbsolutePath().getParent();
        for (int level = 0; level < 2 && folder != null; level++) {
            Path file = folder.resolve(FILE);
            Optional<List<String>> classes = classFiles.computeIfAbsent(file, ShardClasses::read);
            if (classes.isPresent()) {
                return new Named(file, classes.get());
            }
            folder = folder.getParent();
        }
        return null;
    }

    private static Optional<List<String>> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String what = FileNames.text(file);
        try {
            if (Files.size(file) > LONGEST) {
                throw new DataException(what + " is too long for a list of classes");
            }
            Utf8Text.check(file);
            List<String> lines = new ArrayList<>(Files.readAllLines(file));
            lines.replaceAll(line -> line.replace("\uFEFF", ""));
            int last = lines.size();
            while (last > 0 && lines.get(last - 1).isBlank()) {
                last--;
            }
            Map<String, Integer> seen = new LinkedHashMap<>();
            for (int i = 0; i < last; i++) {
                String name = lines.get(i);
                Integer before = seen.put(name, i + 1);
                if (name.isBlank() || before != null) {
                    throw new DataException("line " + (i + 1) + " of " + what
                            + (name.isBlank() ? " is empty" : " names the same class as line " + before)
                            + "; each line is the name of a class, in the order of the labels");
                }
            }
            return Optional.of(List.copyOf(seen.keySet()));
        } catch (IOException e) {
            throw new DataException(what + " cannot be read as UTF-8 text with the name of a class in each line: "
                    + BadImageException.unreadable(e).reason());
        }
    }
}

package io.bandpass.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What the names of files say of shards. */
final class ShardNames {
    private static final String TAR = ".tar";

    /** Compressed archives are taken for shards too, so that they are listed with the reason. */
    private static final List<String> COMPRESSED =
            List.of(".tar.gz", ".tgz", ".tar.zst", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.lz4");

    /** Word in the names of training shards. */
    static final String TRAIN = "train";

    private static final List<String> HELD_OUT = List.of("val", "validation", "valid", "test");

    private ShardNames() {}

    /** Returns whether a file is a shard by its name. */
    static boolean isShard(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(TAR) || COMPRESSED.stream().anyMatch(name::endsWith);
    }

    /**
     * Returns the word in the names of the held-out shards, if those of the same folder have a word for training too:
     * {@code val} of {@code train-000000.tar} and {@code val-000000.tar}.
     *
     * @return empty if the names do not tell two parts
     */
    static String heldOutWord(List<Path> shards) {
        Set<String> words =
                shards.stream().flatMap(file -> words(file).stream()).collect(Collectors.toSet());
        return words.contains(TRAIN)
                ? HELD_OUT.stream().filter(words::contains).findFirst().orElse("")
                : "";
    }

    /** Returns whether a word stands in a file's name, between other characters than letters. */
    static boolean has(Path file, String word) {
        return words(file).contains(word);
    }

    private static List<String> words(Path file) {
        return Arrays.asList(
                String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).split("[^a-z]+"));
    }
}

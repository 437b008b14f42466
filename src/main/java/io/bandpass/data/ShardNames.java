package io.bandpass.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What the names of files say of shards: WebDataset shards and Parquet files. */
final class ShardNames {
    private static final String TAR = ".tar";
    private static final String PARQUET = ".parquet";

    /** First character of the name of an image that is told by the number of its row. */
    private static final String ROW = "#";

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
        return name.endsWith(TAR)
                || name.endsWith(PARQUET)
                || COMPRESSED.stream().anyMatch(name::endsWith);
    }

    /** Returns whether a shard is a Parquet file by its name. */
    static boolean isParquet(Path shard) {
        return String.valueOf(shard.getFileName()).toLowerCase(Locale.ROOT).endsWith(PARQUET);
    }

    /** Returns the name of an image in a row of a Parquet file, from 0. */
    static String row(long number) {
        return ROW + number;
    }

    /** Returns whether the name of an image in a shard is that of a row. */
    static boolean isRow(Path shard, String name) {
        return isParquet(shard) && name.startsWith(ROW);
    }

    /** Returns the name of an image: {@code SHARD/MEMBER}, or {@code FILE#ROW}. */
    static String image(Path shard, String shardName, String name) {
        return shardName + (isRow(shard, name) ? "" : "/") + name;
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

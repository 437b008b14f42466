package io.bandpass.data;

import io.bandpass.data.FolderWalk.Found;
import io.bandpass.image.DecodeOptions;
import io.bandpass.text.Counts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes sets of images of shards: training images and, if the names of the shards tell two parts, held-out ones. */
final class ShardSets {
    /** The sets of some shards. Without a readable image, {@code train} is empty. */
    record Split(Optional<ImageSource> train, Optional<ImageSource> heldOut) {}

    private final ShardFinder finder;
    private final ShardClasses classes = new ShardClasses();
    private final boolean withLabels;
    private final DecodeOptions decoding;
    private final List<String> unlabelled = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    ShardSets(ShardFinder finder, boolean withLabels, DecodeOptions decoding) {
        this.finder = finder;
        this.withLabels = withLabels;
        this.decoding = decoding;
    }

    /** Returns whether a file is none of these by its name. */
    static boolean isOther(Found found) {
        return !ShardNames.isShard(found.path());
    }

    /**
     * Opens shards; those whose names say so are held out.
     *
     * @param base root of the relative names
     * @param whole whether nothing is held out
     */
    Split open(List<Found> shards, Path base, boolean whole) {
        String word = whole
                ? ""
                : ShardNames.heldOutWord(shards.stream().map(Found::path).toList());
        if (word.isEmpty()) {
            ShardTable table = finder.open(shards, base);
            return new Split(
                    table.size() == 0 ? Optional.empty() : Optional.of(images(table, classes(List.of(table)))),
                    Optional.empty());
        }
        List<Found> held = named(shards, word);
        List<Found> rest = named(shards, ShardNames.TRAIN);
        int others = shards.size() - held.size() - rest.size();
        if (others > 0) {
            notices.add(Counts.of(others, "shard") + " with neither train nor " + word + " in "
                    + Counts.choose(others, "its name is", "their names are") + " left out");
        }
        return pair(rest, base, held, base);
    }

    private static List<Found> named(List<Found> shards, String word) {
        return shards.stream().filter(file -> ShardNames.has(file.path(), word)).toList();
    }

    /** Opens training and held-out shards, with the classes of both. */
    Split pair(List<Found> train, Path trainBase, List<Found> heldOut, Path heldOutBase) {
        ShardTable trainTable = finder.open(train, trainBase);
        ShardTable heldOutTable = finder.open(heldOut, heldOutBase);
        List<String> names = classes(List.of(trainTable, heldOutTable));
        return new Split(Optional.of(images(trainTable, names)), Optional.of(images(heldOutTable, names)));
    }

    /** Returns the classes if labels are enabled, every image has one and there are at least two, otherwise none. */
    private List<String> classes(List<ShardTable> tables) {
        if (!withLabels) {
            return List.of();
        }
        for (ShardTable table : tables) {
            int first = table.firstUnlabelled();
            if (first >= 0) {
                unlabelled.add(ShardLabels.absence(table.fullName(first), table.label(first)));
                return List.of();
            }
        }
        List<String> names = classes.of(tables);
        if (names.size() < 2) {
            Stream<String> shards = tables.stream()
                    .flatMap(table -> table.shards().stream())
                    .map(shard -> FileNames.text(shard.file()));
            unlabelled.add("the shards " + ClassCheck.some(shards.toList()) + " have only the class "
                    + String.join("", names));
            return List.of();
        }
        return names;
    }

    private ImageSource images(ShardTable table, List<String> names) {
        return new ShardImages(table, names, decoding);
    }

    /** Records shards that lie among images, and are not read. */
    void noteBesideImages(List<Found> shards) {
        if (!shards.isEmpty()) {
            notices.add("tar and Parquet files among images are not read, such as "
                    + FileNames.text(shards.get(0).path()) + "; name them to read them as shards");
        }
    }

    /** Clauses on why there are no labels. */
    List<String> unlabelled() {
        return unlabelled;
    }

    List<String> notices() {
        return Stream.concat(notices.stream(), finder.notices().stream()).toList();
    }
}

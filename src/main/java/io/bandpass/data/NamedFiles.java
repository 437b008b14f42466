package io.bandpass.data;

import io.bandpass.data.FolderWalk.Found;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Removes, from individually named files, those that a search has already visited. */
final class NamedFiles {
    private final FilesOnce once;
    private final UnreadableImages unreadable;
    private final boolean withRepeats;

    /**
     * Creates the filter of one search.
     *
     * @param unreadable is notified of repeated files, so that their errors count as often
     * @param withRepeats whether a name repeated in the same list counts as often as it is listed
     */
    NamedFiles(FilesOnce once, UnreadableImages unreadable, boolean withRepeats) {
        this.once = once;
        this.unreadable = unreadable;
        this.withRepeats = withRepeats;
    }

    /**
     * Returns the files not visited before, in their order.
     *
     * @param first accepts the preferred names of a file
     */
    List<Found> distinct(List<Found> named, Predicate<Found> first) {
        BitSet taken = new BitSet();
        BitSet preferences = new BitSet();
        for (int i = 0; i < named.size(); i++) {
            preferences.set(i, first.test(named.get(i)));
        }
        Set<Path> names = new HashSet<>();
        for (boolean preferred : new boolean[] {true, false}) {
            for (int i = 0; i < named.size(); i++) {
                Found found = named.get(i);
                if (preferences.get(i) != preferred) {
                    continue;
                }
                if (once.takesNamed(found)) {
                    taken.set(i);
                    if (!names.isEmpty()) {
                        names.add(normal(found));
                    }
                } else if (withRepeats && isRepeated(found, named, taken, names)) {
                    taken.set(i);
                    unreadable.repeat(FileNames.text(found.path()));
                } else {
                    once.leftOut().again(found.path(), found.real(), false);
                }
            }
        }
        return taken.stream().mapToObj(named::get).toList();
    }

    /** Returns whether a name occurred before. Names are collected only once a file recurs, which is rare. */
    private static boolean isRepeated(Found found, List<Found> named, BitSet taken, Set<Path> names) {
        if (names.isEmpty()) {
            taken.stream().forEach(i -> names.add(normal(named.get(i))));
        }
        return names.contains(normal(found));
    }

    private static Path normal(Found found) {
        return found.path().toAbsolutePath().normalize();
    }

    /**
     * Returns the files of a table that were not visited before.
     *
     * @param named the files of all rows
     * @throws DataException if two rows name the same file with different labels or splits
     */
    List<Found> rows(Path file, LabelTable table, List<Found> named) {
        List<Found> distinct = distinct(named, found -> true);
        if (distinct.size() < named.size()) {
            Map<Object, LabelTable.Row> before = new HashMap<>();
            for (int i = 0; i < named.size(); i++) {
                FileFacts facts = named.get(i).attributes();
                Object key = facts == null ? null : facts.fileKey();
                LabelTable.Row row = table.rows().get(i);
                LabelTable.Row same = key == null ? null : before.putIfAbsent(key, row);
                if (same != null && !(same.label().equals(row.label()) && same.heldOut() == row.heldOut())) {
                    throw new DataException("lines " + same.line() + " and " + row.line() + " of " + file
                            + " name the same file in two ways, as " + same.label() + " and " + row.label()
                            + (same.heldOut() == row.heldOut() ? "" : ", to train on and to hold out")
                            + "; an image may stand there once");
                }
            }
        }
        return distinct;
    }
}

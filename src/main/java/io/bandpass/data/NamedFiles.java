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

/** Passes on, of files that somebody named one by one, those that a search has not met before. */
final class NamedFiles {
    private final FilesOnce once;
    private final UnreadableImages bad;
    private final boolean withRepeats;

    /**
     * For one search.
     *
     * @param bad hears which files are given several times
     * @param withRepeats whether a name that is repeated in the same list stands for the image as often
     */
    NamedFiles(FilesOnce once, UnreadableImages bad, boolean withRepeats) {
        this.once = once;
        this.bad = bad;
        this.withRepeats = withRepeats;
    }

    /**
     * Those that were not met before, in their order.
     *
     * @param first tells which names of a file are preferred
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
                    bad.repeat(FileNames.text(found.path()));
                } else {
                    once.leftOut().again(found.path(), found.real(), false);
                }
            }
        }
        return taken.stream().mapToObj(named::get).toList();
    }

    /** Whether this name came before. The names are collected when the first file is met again: mostly none is. */
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
     * The files of a table that were not met before.
     *
     * @param named the files of all rows
     * @throws DataException if two rows name the same file, but not the same label or part
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

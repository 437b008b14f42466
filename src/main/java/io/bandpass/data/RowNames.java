package io.bandpass.data;

import io.bandpass.format.PageBytes;
import io.bandpass.format.ParquetChunk;
import io.bandpass.format.ParquetFile;
import io.bandpass.format.ParquetValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of the images in a Parquet file: their paths, if all rows have one that no other has, or else the numbers of
 * their rows. Either is a property of the file alone. Holds the names of one row group.
 */
final class RowNames {
    private static final int LONGEST = 1024;

    /** What leads out of a folder in which the images would be written, or is hidden in one. */
    private static final Pattern UNUSABLE = Pattern.compile("/.*|#.*|(.*/)?\\.\\.(/.*)?|.*/|[A-Za-z]:.*");

    private final ParquetFile file;
    private final List<ParquetChunk> chunks;
    private final boolean usable;
    private final List<String> names = new ArrayList<>();
    private final BitSet present = new BitSet();

    private RowNames(ParquetFile file, List<ParquetChunk> chunks, boolean usable) {
        this.file = file;
        this.chunks = chunks;
        this.usable = usable;
    }

    /**
     * Creates the names of a file.
     *
     * @param paths chunks of the column of paths; empty if there is none
     */
    static RowNames of(ParquetFile file, List<ParquetChunk> paths) throws IOException {
        Uniqueness uniqueness = new Uniqueness();
        for (ParquetChunk chunk : paths) {
            file.read(chunk, uniqueness);
        }
        return new RowNames(file, paths, !paths.isEmpty() && uniqueness.holds);
    }

    /** Reads the names of a row group with these images. */
    void begin(ParquetChunk images, int group) throws IOException {
        names.clear();
        present.clear();
        if (chunks.isEmpty()) {
            return;
        }
        int[] next = {0};
        file.read(images.sameRows(chunks, group), new ParquetValues.Sink() {
            @Override
            public void value(PageBytes page, int at, int length) throws IOException {
                present.set(next[0]++, length > 0);
                if (usable) {
                    names.add(String.valueOf(name(page, at, length)));
                }
            }

            @Override
            public void missing() {
                next[0]++;
            }
        });
    }

    /** Returns whether a row of the group has a path. */
    boolean has(int inGroup) {
        return present.get(inGroup);
    }

    /**
     * Returns the name of a row.
     *
     * @param inGroup number in the group
     * @param row number in the file
     */
    String name(int inGroup, long row) {
        return usable ? names.get(inGroup) : ShardNames.row(row);
    }

    /** Returns a path as a name; null if it cannot be one. */
    private static @Nullable String name(PageBytes page, int at, int length) throws IOException {
        if (length == 0 || length > LONGEST) {
            return null;
        }
        String name = FileNames.text(page.bytes(at, length));
        return name.length() > LONGEST || UNUSABLE.matcher(name).matches() ? null : name;
    }

    /** Finds out whether all paths are names, and different. */
    private static final class Uniqueness implements ParquetValues.Sink {
        private final LongSet hashes = new LongSet();
        private boolean holds = true;

        @Override
        public void value(PageBytes page, int at, int length) throws IOException {
            String name = holds ? name(page, at, length) : null;
            holds = name != null && hashes.add(LongSet.hash(name));
        }

        @Override
        public void missing() {
            holds = false;
        }
    }
}

package io.bandpass.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Compact table of the images in shards: where each lies, its label and its name. */
final class ShardTable {
    /**
     * A shard.
     *
     * @param relativeName its path below the folder of the set, with forward slashes
     * @param facts as of the scan
     * @param parquet what only a Parquet file has
     */
    record Shard(Path file, String relativeName, FileFacts facts, ParquetParts parquet) {
        /** Returns whether size and modification time are those of the scan, so that positions still hold. */
        boolean isUnchanged() throws IOException {
            return FileFacts.isUnchanged(file, facts);
        }
    }

    private static final int FIRST_CAPACITY = 64;

    private final List<Shard> shards = new ArrayList<>();
    private final NameTable names = new NameTable();
    private int[] starts = new int[FIRST_CAPACITY];
    private long[] offsets = new long[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];
    private int[] labels = new int[FIRST_CAPACITY];

    /** Appends a shard, to which the images that follow belong. */
    void add(Shard shard) {
        if (shards.size() == starts.length) {
            starts = Arrays.copyOf(starts, NameTable.grown(starts.length));
        }
        starts[shards.size()] = size();
        shards.add(shard);
    }

    /** Appends an image of the last shard. */
    void add(ShardCatalog.Sample sample) {
        int size = size();
        if (size == offsets.length) {
            int capacity = NameTable.grown(size);
            offsets = Arrays.copyOf(offsets, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
            labels = Arrays.copyOf(labels, capacity);
        }
        offsets[size] = sample.offset();
        lengths[size] = sample.length();
        labels[size] = sample.label();
        names.add(sample.name());
    }

    /** Ends the adding of images: releases spare capacity. */
    void finish() {
        starts = Arrays.copyOf(starts, shards.size());
        offsets = Arrays.copyOf(offsets, size());
        lengths = Arrays.copyOf(lengths, size());
        labels = Arrays.copyOf(labels, size());
        names.finish();
    }

    int size() {
        return names.size();
    }

    Shard shard(int index) {
        int found = Arrays.binarySearch(starts, index);
        if (found < 0) {
            return shards.get(-found - 2);
        }
        // Shards without images start where the next one does.
        while (found + 1 < starts.length && starts[found + 1] == index) {
            found++;
        }
        return shards.get(found);
    }

    String name(int index) {
        return new String(names.get(index), StandardCharsets.UTF_8);
    }

    /** Returns the name of an image with the path of its shard. */
    String fullName(int index) {
        Path file = shard(index).file();
        return ShardNames.image(file, FileNames.text(file), name(index));
    }

    /** Returns the position of an image in its shard, or its {@link PackedPlace}. */
    long offset(int index) {
        return offsets[index];
    }

    int length(int index) {
        return lengths[index];
    }

    /** Returns the class index of an image, or a code of {@link ShardLabels} for none. */
    int label(int index) {
        return labels[index];
    }

    /** Returns the positions at which the images of each shard begin that has any. */
    int[] starts() {
        return IntStream.of(starts).filter(start -> start < size()).distinct().toArray();
    }

    /** Returns the first image without a label; -1 if there is none. */
    int firstUnlabelled() {
        for (int i = 0; i < size(); i++) {
            if (labels[i] < 0) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the position of an image with the largest label; -1 if there is none. */
    int largestLabel() {
        int largest = -1;
        for (int i = 0; i < size(); i++) {
            if (largest < 0 || labels[i] > labels[largest]) {
                largest = i;
            }
        }
        return largest;
    }

    List<Shard> shards() {
        return shards;
    }
}

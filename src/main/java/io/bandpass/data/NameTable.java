package io.bandpass.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compact list of names as bytes, none of which is 0. Takes 9 bytes per name plus the name. */
final class NameTable {
    /** Maximum number of bytes of a name. */
    static final int LONGEST = (1 << 16) - 1;

    private static final int CHUNK = 1 << 16;
    private static final int FIRST_CAPACITY = 64;

    private final List<byte[]> chunks = new ArrayList<>();
    private long[] starts = new long[FIRST_CAPACITY];
    private int used = CHUNK;
    private int size;

    int size() {
        return size;
    }

    /** Appends a name, with a 0 behind it. */
    void add(byte[] name) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, grown(size));
        }
        if (name.length >= CHUNK - used) {
            chunks.add(new byte[CHUNK]);
            used = 0;
        }
        starts[size] = (chunks.size() - 1L) * CHUNK + used;
        System.arraycopy(name, 0, chunks.get(chunks.size() - 1), used, name.length);
        used += name.length + 1;
        size++;
    }

    /** Returns the capacity of an array that has become too small. */
    static int grown(int size) {
        return (int) Math.min(Integer.MAX_VALUE - 16L, size + (size >> 1) + 1L);
    }

    /** Ends the adding of names: releases spare capacity. */
    void finish() {
        starts = Arrays.copyOf(starts, size);
    }

    byte[] get(int index) {
        long start = starts[index];
        byte[] chunk = chunks.get((int) (start / CHUNK));
        int from = (int) (start % CHUNK);
        int to = from;
        while (chunk[to] != 0) {
            to++;
        }
        return Arrays.copyOfRange(chunk, from, to);
    }
}

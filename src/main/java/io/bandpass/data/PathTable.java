package io.bandpass.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compact table of file paths: each folder is stored once, and each name as bytes in UTF-8, or the raw bytes if the
 * locale cannot decode them. Takes 13 bytes per file plus the name.
 */
public final class PathTable {
    private static final int CHUNK = 1 << 16;
    private static final int FIRST_CAPACITY = 64;

    private final List<Path> folders = new ArrayList<>();
    private final Map<Path, Integer> numbers = new HashMap<>();
    private final List<byte[]> chunks = new ArrayList<>();
    private final BitSet rawNames = new BitSet();
    private int[] folderOf = new int[FIRST_CAPACITY];
    private long[] starts = new long[FIRST_CAPACITY];
    private int used = CHUNK;
    private int size;

    int size() {
        return size;
    }

    /** Appends a file. */
    public void add(Path file) {
        if (size == folderOf.length) {
            int capacity = (int) Math.min(Integer.MAX_VALUE - 16L, size + (size >> 1) + 1L);
            folderOf = Arrays.copyOf(folderOf, capacity);
            starts = Arrays.copyOf(starts, capacity);
        }
        Path parent = file.getParent();
        Path folder = parent == null ? Path.of("") : parent;
        String name = String.valueOf(file.getFileName());
        folderOf[size] = numbers.computeIfAbsent(folder, this::added);
        if (isPlain(folder, name, file)) {
            store(name.getBytes(StandardCharsets.UTF_8));
        } else {
            rawNames.set(size);
            store(FileNames.bytes(file.getFileName()));
        }
        size++;
    }

    private int added(Path folder) {
        folders.add(folder);
        return folders.size() - 1;
    }

    /** Returns whether a name survives as text: names outside the system's character set do not. */
    private static boolean isPlain(Path folder, String name, Path file) {
        try {
            return folder.resolve(name).equals(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Writes a name and a terminating 0, which no name contains. */
    private void store(byte[] bytes) {
        if (bytes.length >= CHUNK - used) {
            chunks.add(new byte[CHUNK]);
            used = 0;
        }
        starts[size] = (chunks.size() - 1L) * CHUNK + used;
        System.arraycopy(bytes, 0, chunks.get(chunks.size() - 1), used, bytes.length);
        used += bytes.length + 1;
    }

    /** Ends the adding of files: releases spare capacity. */
    public void finish() {
        folderOf = Arrays.copyOf(folderOf, size);
        starts = Arrays.copyOf(starts, size);
        numbers.clear();
    }

    Path path(int index) {
        long start = starts[index];
        byte[] chunk = chunks.get((int) (start / CHUNK));
        int from = (int) (start % CHUNK);
        int to = from;
        while (chunk[to] != 0) {
            to++;
        }
        Path folder = folders.get(folderOf[index]);
        return rawNames.get(index)
                ? folder.resolve(FileNames.ofBytes(Arrays.copyOfRange(chunk, from, to)))
                : folder.resolve(new String(chunk, from, to - from, StandardCharsets.UTF_8));
    }

    /** Returns the number of a file's folder. */
    int folder(int index) {
        return folderOf[index];
    }

    /** All folders by number. */
    List<Path> folders() {
        return folders;
    }
}

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
 * Paths of many files in little memory: a folder stands once, and the name in it as bytes: of UTF-8, or
 * those of the disk where the locale does not know them. That is 13 bytes a file and its name.
 */
public final class PathTable {
    private static final int CHUNK = 1 << 16;
    private static final int FIRST_CAPACITY = 64;

    private final List<Path> folders = new ArrayList<>();
    private final Map<Path, Integer> numbers = new HashMap<>();
    private final List<byte[]> chunks = new ArrayList<>();
    private final BitSet odd = new BitSet();
    private int[] folderOf = new int[FIRST_CAPACITY];
    private long[] starts = new long[FIRST_CAPACITY];
    private int used = CHUNK;
    private int size;

    int size() {
        return size;
    }

    /** Adds a file at the end. */
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
            odd.set(size);
            store(FileNames.bytes(file.getFileName()));
        }
        size++;
    }

    private int added(Path folder) {
        folders.add(folder);
        return folders.size() - 1;
    }

    /** Names that the system's character set does not know do not survive as text. */
    private static boolean isPlain(Path folder, String name, Path file) {
        try {
            return folder.resolve(name).equals(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Writes a name and a 0, which no name holds. */
    private void store(byte[] bytes) {
        if (bytes.length >= CHUNK - used) {
            chunks.add(new byte[CHUNK]);
            used = 0;
        }
        starts[size] = (chunks.size() - 1L) * CHUNK + used;
        System.arraycopy(bytes, 0, chunks.get(chunks.size() - 1), used, bytes.length);
        used += bytes.length + 1;
    }

    /** No more files come: gives back what was kept for them. */
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
        return odd.get(index)
                ? folder.resolve(FileNames.ofBytes(Arrays.copyOfRange(chunk, from, to)))
                : folder.resolve(new String(chunk, from, to - from, StandardCharsets.UTF_8));
    }

    /** Number of the folder of a file. */
    int folder(int index) {
        return folderOf[index];
    }

    /** All folders by number. */
    List<Path> folders() {
        return folders;
    }
}

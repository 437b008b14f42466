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
    private static final int FIRST_CAPACITY = 64;

    private final List<Path> folders = new ArrayList<>();
    private final Map<Path, Integer> numbers = new HashMap<>();
    private final NameTable names = new NameTable();
    private final BitSet rawNames = new BitSet();
    private int[] folderOf = new int[FIRST_CAPACITY];

    int size() {
        return names.size();
    }

    /** Appends a file. */
    public void add(Path file) {
        int size = names.size();
        if (size == folderOf.length) {
            folderOf = Arrays.copyOf(folderOf, NameTable.grown(size));
        }
        Path parent = file.getParent();
        Path folder = parent == null ? Path.of("") : parent;
        String name = String.valueOf(file.getFileName());
        folderOf[size] = numbers.computeIfAbsent(folder, this::added);
        if (isPlain(folder, name, file)) {
            names.add(name.getBytes(StandardCharsets.UTF_8));
        } else {
            rawNames.set(size);
            names.add(FileNames.bytes(file.getFileName()));
        }
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

    /** Ends the adding of files: releases spare capacity. */
    public void finish() {
        folderOf = Arrays.copyOf(folderOf, names.size());
        names.finish();
        numbers.clear();
    }

    Path path(int index) {
        byte[] name = names.get(index);
        Path folder = folders.get(folderOf[index]);
        return rawNames.get(index)
                ? folder.resolve(FileNames.ofBytes(name))
                : folder.resolve(new String(name, StandardCharsets.UTF_8));
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

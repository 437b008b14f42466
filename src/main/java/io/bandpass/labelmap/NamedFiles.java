package io.bandpass.labelmap;

import io.bandpass.data.FileNames;
import io.bandpass.data.FolderFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Files of a folder by what names an image: the path below the folder, without its ending.
 *
 * @param byKey in the order of the relative paths; of files that differ in their ending only, the first
 * @param again the others of these
 */
record NamedFiles(Path folder, Map<String, Path> byKey, Map<String, List<Path>> again) {
    static NamedFiles of(Path folder, List<Path> files) {
        Map<String, Path> byKey = new LinkedHashMap<>();
        Map<String, List<Path>> again = new LinkedHashMap<>();
        for (Path file : files) {
            String key = withoutEnding(FolderFiles.relativeName(folder, file));
            if (byKey.putIfAbsent(key, file) != null) {
                again.computeIfAbsent(key, name -> new ArrayList<>()).add(file);
            }
        }
        return new NamedFiles(folder, byKey, again);
    }

    private static String withoutEnding(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }

    /** Returns the file of this key with one of some suffixes, if there is one; the first suffix is preferred. */
    Optional<Path> find(String key, List<String> suffixes) {
        return suffixes.stream()
                .flatMap(suffix -> Optional.ofNullable(byKey.get(key + suffix)).stream())
                .findFirst();
    }

    /** Returns another file of this key, if there is one. */
    Optional<Path> second(String key) {
        List<Path> others = again.get(key);
        return others == null ? Optional.empty() : Optional.of(others.get(0));
    }

    /** Returns keys that are like this one but for case, or that go on behind it. */
    List<String> similar(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        List<String> similar = new ArrayList<>();
        for (String other : byKey.keySet()) {
            if (other.toLowerCase(Locale.ROOT).startsWith(lower) && goesOn(other, key.length())) {
                similar.add(other);
            }
        }
        return similar;
    }

    /** Returns whether a name ends at this position, or a part of it does. */
    static boolean goesOn(String name, int position) {
        return name.length() == position || "_-. ".indexOf(name.charAt(position)) >= 0;
    }

    /** Returns the name of a file for messages. */
    String text(String key) {
        Path file = byKey.get(key);
        return file == null ? key : FileNames.text(file);
    }
}

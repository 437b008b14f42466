package io.bandpass.robustness;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.UnreadableImages;
import io.bandpass.robust.Condition;
import io.bandpass.robust.CorruptionErrors;
import io.bandpass.robust.ImageNetClasses;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The layout of ImageNet-C and Tiny-ImageNet-C, NAME/SEVERITY/CLASS/FILE, also with a folder for each group of
 * corruptions above, as the published archives have it.
 */
final class CorruptedFolders implements CorruptedSet {
    private final Map<Condition.Corruption, Path> folders;
    private final Set<String> notices;

    private CorruptedFolders(Map<Condition.Corruption, Path> folders, List<String> notices) {
        this.folders = new LinkedHashMap<>(folders);
        this.notices = new LinkedHashSet<>(notices);
    }

    /** Opens a folder, which may have no such folders. */
    static CorruptedFolders open(Path folder) throws IOException {
        Map<String, Path> byName = new HashMap<>();
        for (Path child : children(folder)) {
            addIfCorruption(byName, child);
            for (Path grandchild : hasSeverities(child) ? List.<Path>of() : children(child)) {
                addIfCorruption(byName, grandchild);
            }
        }
        Map<Condition.Corruption, Path> found = new LinkedHashMap<>();
        List<String> notices = new ArrayList<>();
        Map<Integer, List<String>> missing = new TreeMap<>();
        TreeSet<String> classes = new TreeSet<>();
        Path first = folder;
        String benchmark = String.valueOf(folder.toRealPath().getFileName());
        for (String name : CorruptionNames.inOrder(byName.keySet())) {
            for (int severity = 1; severity <= CorruptionErrors.SEVERITIES; severity++) {
                Path images = Objects.requireNonNull(byName.get(name)).resolve(Integer.toString(severity));
                TreeSet<String> here = new TreeSet<>(children(images).stream()
                        .map(path -> String.valueOf(path.getFileName()))
                        .toList());
                if (here.isEmpty()) {
                    missing.computeIfAbsent(severity, level -> new ArrayList<>())
                            .add(images + " is missing or has no folders of classes");
                    continue;
                }
                if (classes.isEmpty()) {
                    classes = here;
                    first = images;
                    benchmark = benchmark(byName, classes, benchmark);
                }
                if (here.equals(classes)) {
                    found.put(new Condition.Corruption(name, severity, benchmark), images);
                } else {
                    notices.add(images + " is left out: its " + Counts.of(here.size(), "class") + " are not those of "
                            + first);
                }
            }
        }
        // A set may have been made with some severities only.
        missing.forEach((severity, sentences) -> {
            if (found.keySet().stream().anyMatch(corruption -> corruption.severity() == severity)) {
                notices.addAll(sentences);
            }
        });
        return new CorruptedFolders(found, notices);
    }

    private static String benchmark(Map<String, Path> byName, Set<String> classes, String folder) {
        return classes.equals(new TreeSet<>(ImageNetClasses.all())) && CorruptionNames.arePublished(byName.keySet())
                ? Condition.Corruption.IMAGENET_C
                : folder;
    }

    private static void addIfCorruption(Map<String, Path> byName, Path folder) throws IOException {
        if (hasSeverities(folder)) {
            byName.putIfAbsent(String.valueOf(folder.getFileName()), folder);
        }
    }

    /** Returns whether a folder has folders with classes, named by severities. */
    private static boolean hasSeverities(Path folder) throws IOException {
        for (int severity = 1; severity <= CorruptionErrors.SEVERITIES; severity++) {
            if (!children(folder.resolve(Integer.toString(severity))).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the folders in a folder; none if it is not there. */
    private static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Override
    public List<Condition.Corruption> corruptions() {
        return List.copyOf(folders.keySet());
    }

    @Override
    public ImageSource images(Condition.Corruption corruption, UnreadableImages unreadable) {
        String path = Objects.requireNonNull(folders.get(corruption)).toString();
        Datasets opened = Datasets.openLabelled(
                ConfigBuilder.of(FinetuningConfig.class).build().data(), List.of(path), 0, 0, unreadable);
        opened.notices().forEach(notice -> notices.add(path + ": " + notice));
        return opened.train();
    }

    @Override
    public List<String> notices() {
        return List.copyOf(notices);
    }
}

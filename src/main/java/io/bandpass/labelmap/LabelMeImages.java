package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.config.MasksConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.UnreadableImages;
import io.bandpass.data.Workers;
import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageHeader;
import io.bandpass.text.Counts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Images annotated with LabelMe: a JSON file for each, which names its image. Without {@code masks.classes} the classes
 * are the background and the labels, sorted. Images without a file are left out, as nobody has looked at them.
 */
final class LabelMeImages {
    private static final Comparator<String> BACKGROUND_FIRST = Comparator.comparing(
                    (String label) -> !ShapeClasses.isBackground(label))
            .thenComparing(Comparator.naturalOrder());

    private LabelMeImages() {}

    /** A file and what it holds, or the reason why it cannot be read; neither for JSON of another kind. */
    private record Outcome(Path json, Optional<LabelMeFile> file, String problem) {
        static Outcome of(Path json) {
            try {
                return new Outcome(json, LabelMeFile.read(json), "");
            } catch (BadImageException e) {
                return new Outcome(json, Optional.empty(), "it " + e.reason());
            }
        }
    }

    /**
     * Opens a folder of such files, or one with {@code train/} and {@code val/}, {@code valid/} or {@code test/}.
     *
     * @param unreadable counts the images, and collects those that cannot be used
     * @param notices receives how many images have no such file
     * @throws DataException if there is no such file, or a label has no class
     */
    static List<LabelMapPart> open(
            Path root, MasksConfig masks, DataConfig config, UnreadableImages unreadable, List<String> notices) {
        List<Path> folders = folders(root);
        List<List<LabelMeFile>> files = folders.stream()
                .map(folder -> files(folder, config, unreadable))
                .toList();
        TreeSet<String> labels = new TreeSet<>(BACKGROUND_FIRST);
        files.forEach(part -> part.forEach(file -> labels.addAll(file.labels())));
        if (files.stream().allMatch(List::isEmpty)) {
            unreadable.check();
            throw new DataException("there is no JSON file of LabelMe, with `shapes`, in " + FileNames.text(root));
        }
        ShapeClasses classes = ShapeClasses.of(labels, FileNames.text(root), masks);
        List<LabelMapPart> parts = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            parts.add(new LabelMapPart(
                    i > 0, AnnotatedImages.open(folders.get(i), files.get(i), classes, config, unreadable)));
            unannotated(folders.get(i), files.get(i)).ifPresent(notices::add);
        }
        return parts;
    }

    /** Says how many images of a folder have no file of shapes. */
    private static Optional<String> unannotated(Path folder, List<LabelMeFile> files) {
        Set<Path> annotated =
                files.stream().map(file -> file.file().normalize()).collect(Collectors.toSet());
        List<Path> others = FilesBelow.of(folder, ImageHeader::isNamedLikeImage).stream()
                .filter(image -> !annotated.contains(image.normalize()))
                .toList();
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(Counts.of(others.size(), "image") + " in " + FileNames.text(folder) + ", such as "
                        + FileNames.text(others.get(0).getFileName()) + ", "
                        + Counts.choose(others.size(), "has", "have")
                        + " no JSON file of LabelMe, and so "
                        + Counts.choose(others.size(), "was", "were") + " left out");
    }

    /** Returns the folder of the training images, and that of the held-out ones if there is one. */
    private static List<Path> folders(Path root) {
        Path train = root.resolve("train");
        return SplitNames.HELD_OUT.stream()
                .map(root::resolve)
                .filter(Files::isDirectory)
                .findFirst()
                .filter(heldOut -> Files.isDirectory(train))
                .map(heldOut -> List.of(train, heldOut))
                .orElse(List.of(root));
    }

    private static List<LabelMeFile> files(Path folder, DataConfig config, UnreadableImages unreadable) {
        List<LabelMeFile> files = new ArrayList<>();
        try (Workers workers = new Workers(config.workers())) {
            for (Outcome outcome : workers.map(FilesBelow.of(folder, LabelMeImages::isJson), Outcome::of)) {
                if (!outcome.problem().isEmpty()) {
                    unreadable.count(1);
                    unreadable.add(FileNames.text(outcome.json()), outcome.problem());
                }
                outcome.file().ifPresent(files::add);
            }
        }
        return files;
    }

    private static boolean isJson(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
    }
}

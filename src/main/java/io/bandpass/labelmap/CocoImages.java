package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.config.MasksConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.UnreadableImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Images annotated in a file of COCO's format, as COCO, CVAT, Label Studio and Roboflow write it. Without {@code
 * masks.classes} the classes are the background and the categories by their ids.
 */
final class CocoImages {
    /** COCO's own files beside those of outlines. */
    private static final List<String> OTHER_KINDS =
            List.of("captions_", "person_keypoints_", "image_info_", "panoptic_");

    private CocoImages() {}

    /**
     * Opens such a file, or a folder with one or more of them in it, in {@code annotations/}, or in {@code train/},
     * {@code valid/} and the like. Which split a file is for, its name or folder says.
     *
     * @param unreadable counts the images, and collects those that cannot be used
     * @throws DataException if there is no such file, there are several for a split, or one is damaged
     */
    static List<LabelMapPart> open(Path root, MasksConfig masks, DataConfig config, UnreadableImages unreadable) {
        boolean isFile = Files.isRegularFile(root);
        Path folder = isFile ? FilesBelow.folderOf(root) : root;
        List<Path> files = isFile ? List.of(root) : chosen(folder);
        List<CocoFile> contents = files.stream().map(CocoFile::read).toList();
        Set<String> labels = new LinkedHashSet<>();
        contents.forEach(content -> labels.addAll(content.categories().values()));
        ShapeClasses classes = ShapeClasses.of(labels, FileNames.text(files.get(0)), masks);
        List<LabelMapPart> parts = new ArrayList<>();
        for (int i = 0; i < contents.size(); i++) {
            parts.add(new LabelMapPart(
                    i > 0,
                    AnnotatedImages.open(
                            folder,
                            CocoImageFolder.annotations(contents.get(i), folder),
                            classes,
                            config,
                            unreadable)));
        }
        return parts;
    }

    /** Returns the file of the training images, and that of the held-out ones if there is one. */
    private static List<Path> chosen(Path root) {
        List<Path> all = files(root);
        if (all.isEmpty()) {
            throw new DataException("there is no JSON file of COCO in " + FileNames.text(root)
                    + ", its folder annotations/, or its" + " folders train/, val/, valid/ and test/");
        }
        Predicate<Path> isValidation = file -> isOf(file, root, SplitNames::isValidation);
        Predicate<Path> isTest = file -> isOf(file, root, SplitNames::isTest);
        Optional<Path> heldOut = single(all, isValidation).or(() -> single(all, isTest));
        List<Path> chosen = new ArrayList<>();
        single(all, isValidation.or(isTest).negate()).or(() -> heldOut).ifPresent(chosen::add);
        heldOut.filter(file -> !chosen.contains(file)).ifPresent(chosen::add);
        return chosen;
    }

    private static Optional<Path> single(List<Path> all, Predicate<Path> wanted) {
        List<Path> files = all.stream().filter(wanted).toList();
        if (files.size() > 1) {
            throw new DataException("both " + FileNames.text(files.get(0)) + " and " + FileNames.text(files.get(1))
                    + " could be the annotations of one split; name one of them as the data, or say train and val in"
                    + " their names");
        }
        return files.stream().findFirst();
    }

    private static boolean isOf(Path file, Path root, Predicate<String> split) {
        Path parent = file.getParent();
        boolean byFolder = parent != null && !parent.equals(root) && split.test(String.valueOf(parent.getFileName()));
        return byFolder || split.test(String.valueOf(file.getFileName()));
    }

    private static List<Path> files(Path root) {
        List<Path> files = new ArrayList<>(FilesBelow.directlyIn(root, CocoImages::mayBeCoco));
        files.addAll(FilesBelow.directlyIn(root.resolve("annotations"), CocoImages::mayBeCoco));
        files.addAll(FilesBelow.directlyIn(root.resolve("train"), CocoImages::mayBeCoco));
        SplitNames.HELD_OUT.forEach(
                split -> files.addAll(FilesBelow.directlyIn(root.resolve(split), CocoImages::mayBeCoco)));
        List<Path> named = files.stream().filter(CocoImages::isNamedByCoco).toList();
        return named.isEmpty() ? files : named;
    }

    private static boolean mayBeCoco(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".json") && OTHER_KINDS.stream().noneMatch(name::startsWith);
    }

    /** Returns whether a name is one that COCO, CVAT, Roboflow or Label Studio give such a file. */
    private static boolean isNamedByCoco(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.startsWith("instances_") || name.equals("_annotations.coco.json") || name.equals("result.json");
    }
}

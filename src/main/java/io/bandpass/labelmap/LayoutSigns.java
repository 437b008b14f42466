package io.bandpass.labelmap;

import io.bandpass.config.MasksConfig.Format;
import io.bandpass.image.ImageHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Recognises the layout of a data set by its folders and files. Masks are preferred to outlines. */
final class LayoutSigns {
    private static final int BEGINNING = 1 << 20;
    private static final List<String> ANNOTATIONS =
            List.of("annotations", "train", "val", "valid", "validation", "test");

    private LayoutSigns() {}

    /** Returns the format of a folder or a single file. */
    static Format of(Path root) {
        if (!Files.isDirectory(root)) {
            return ofFile(root);
        }
        if (CityscapesLayout.isIn(root)) {
            return Format.CITYSCAPES;
        }
        if (VocLayout.isIn(root)) {
            return Files.isRegularFile(root.resolve("labelmap.txt")) ? Format.CVAT : Format.VOC;
        }
        if (hasMasks(root)) {
            boolean roboflow = Files.isRegularFile(root.resolve("train").resolve("_classes.csv"));
            return roboflow ? Format.ROBOFLOW : Format.FOLDERS;
        }
        return ofOutlines(root).orElse(Format.FOLDERS);
    }

    private static Format ofFile(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".json")) {
            return Format.COCO;
        }
        return name.endsWith(".yaml") || name.endsWith(".yml") ? Format.YOLO : Format.CSV;
    }

    /** Returns whether a folder has files that can be masks, not only outlines in text files. */
    private static boolean hasMasks(Path root) {
        Splits splits = FolderLayout.splits(root);
        Path part = splits.train().map(root::resolve).orElse(root);
        return Stream.of(root, part)
                .anyMatch(folder -> FolderLayout.both(folder)
                        .map(both -> isAny(both.get(1), ImageHeader::isNamedLikeImage))
                        .orElseGet(() -> isAny(folder, FolderLayout::isMask)));
    }

    private static Optional<Format> ofOutlines(Path root) {
        List<Path> folders = new ArrayList<>(List.of(root));
        ANNOTATIONS.stream().map(root::resolve).filter(Files::isDirectory).forEach(folders::add);
        for (Path folder : folders) {
            Optional<Format> format = first(folder, ".json").flatMap(LayoutSigns::ofJson);
            if (format.isPresent()) {
                return format;
            }
        }
        boolean yolo = first(root, ".yaml").or(() -> first(root, ".yml")).isPresent();
        return yolo ? Optional.of(Format.YOLO) : Optional.empty();
    }

    private static Optional<Format> ofJson(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            String beginning = new String(stream.readNBytes(BEGINNING), StandardCharsets.UTF_8);
            if (beginning.contains("\"shapes\"")) {
                return Optional.of(Format.LABELME);
            }
            boolean coco =
                    Stream.of("\"images\"", "\"annotations\"", "\"categories\"").anyMatch(beginning::contains);
            return coco ? Optional.of(Format.COCO) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the first file in a folder, not below it, with this ending. */
    private static Optional<Path> first(Path folder, String ending) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name(file).toLowerCase(Locale.ROOT).endsWith(ending))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Returns whether there is such a file below a folder; what cannot be opened is told when images are searched. */
    static boolean isAny(Path folder, Predicate<Path> wanted) {
        try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return files.anyMatch(wanted);
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** Returns whether all images are named like those of a well-known data set. */
    static boolean areNamed(List<MaskPair> pairs, String pattern) {
        return !pairs.isEmpty()
                && pairs.stream().allMatch(pair -> name(pair.image()).matches(pattern));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}

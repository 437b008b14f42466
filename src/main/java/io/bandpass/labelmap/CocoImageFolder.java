package io.bandpass.labelmap;

import io.bandpass.data.DataException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the images of a COCO file lie, which the file does not say.
 *
 * @param folder that the names are relative to
 * @param withFolders whether the names are taken with the folders in them, which may be those of another machine
 */
record CocoImageFolder(Path folder, boolean withFolders) {
    /** Images that are looked for in each folder in question. */
    private static final int TRIED = 32;

    /** Returns the annotations of every image. */
    static List<Annotation> annotations(CocoFile file, Path root) {
        CocoImageFolder images = found(file, root);
        List<Annotation> annotations = new ArrayList<>();
        for (CocoFile.Image image : file.images()) {
            annotations.add(new CocoAnnotation(file.json(), images.path(image.fileName()), image));
        }
        return annotations;
    }

    /** Returns the folder in which most of the first images are; that of the file itself if none is anywhere. */
    private static CocoImageFolder found(CocoFile file, Path root) {
        List<CocoFile.Image> first = file.images().stream().limit(TRIED).toList();
        return candidates(file.json(), root).stream()
                .max(Comparator.comparingLong(candidate -> first.stream()
                        .filter(image -> Files.isRegularFile(candidate.path(image.fileName())))
                        .count()))
                .orElseThrow();
    }

    private static List<CocoImageFolder> candidates(Path json, Path root) {
        String stem = String.valueOf(json.getFileName()).replaceFirst("\\.[^.]*$", "");
        String part = stem.substring(stem.lastIndexOf('_') + 1);
        Set<Path> folders = new LinkedHashSet<>();
        for (Path folder : List.of(FilesBelow.folderOf(json), root)) {
            for (String below : List.of("", "images", part, "images/" + part)) {
                folders.add(folder.resolve(below));
            }
        }
        List<CocoImageFolder> candidates = new ArrayList<>();
        for (boolean withFolders : new boolean[] {true, false}) {
            folders.forEach(folder -> candidates.add(new CocoImageFolder(folder, withFolders)));
        }
        return candidates;
    }

    /** Returns where an image of this name would be: never outside the folder, whatever the name says. */
    private Path path(String fileName) {
        try {
            Path name = Path.of(fileName.replace('\\', '/'));
            Path last = folder.resolve(String.valueOf(name.getFileName()));
            Path path = withFolders ? folder.resolve(name).normalize() : last;
            return path.startsWith(folder.normalize()) ? path : last;
        } catch (InvalidPathException e) {
            throw new DataException(
                    "the annotations have an image '" + fileName + "', which cannot be the name of a" + " file here");
        }
    }
}

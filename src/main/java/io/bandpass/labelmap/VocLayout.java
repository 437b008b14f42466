package io.bandpass.labelmap;

import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.FolderFiles;
import io.bandpass.data.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Pascal VOC's folders, as CVAT and LabelMe write them too: {@code JPEGImages}, {@code SegmentationClass}, and lists of
 * names in {@code ImageSets/Segmentation}.
 */
final class VocLayout {
    private static final List<String> IMAGES = List.of("jpegimages", "images");
    private static final List<String> MASKS = List.of("segmentationclass", "segmentationclasspng");
    private static final List<String> ALL = List.of("trainval.txt", "default.txt");

    private VocLayout() {}

    /** Returns whether a folder has masks in this layout. */
    static boolean isIn(Path root) {
        return FolderLayout.child(root, MASKS).isPresent();
    }

    /**
     * Finds the images and masks of a folder. If there are lists, images in none of them are left alone.
     *
     * @throws DataException if a folder is missing, or if no list names an image
     */
    static FolderLayout.Found find(Path root, Workers workers) {
        Path masks = FolderLayout.child(root, MASKS).orElseThrow(() -> missing(root, "SegmentationClass"));
        Path images = FolderLayout.child(root, IMAGES)
                .orElseThrow(() -> missing(root, "JPEGImages, in which the images of the masks must lie"));
        Path lists = root.resolve("ImageSets").resolve("Segmentation");
        Optional<Set<String>> heldOut = names(lists.resolve("val.txt"));
        Optional<Set<String>> train = names(lists.resolve("train.txt"))
                .or(() -> ALL.stream()
                        .flatMap(list -> names(lists.resolve(list)).stream())
                        .findFirst());
        Set<String> held = heldOut.orElseGet(Set::of);
        Set<String> all = new HashSet<>(train.orElseGet(Set::of));
        all.addAll(held);
        FolderFiles foundImages = FolderFiles.below(images, workers);
        FolderFiles foundMasks = FolderFiles.below(masks, workers);
        NamedFiles namedImages = NamedFiles.of(images, foundImages.files());
        PairedFiles paired = NameMatch.of(
                namedImages,
                NamedFiles.of(masks, foundMasks.files()),
                NameMatch.NONE_OR_SUFFIX,
                key -> all.isEmpty() || all.contains(key),
                key -> train.isPresent() && held.contains(key));
        all.stream()
                .sorted()
                .filter(name -> !namedImages.byKey().containsKey(name))
                .forEach(name -> paired.unpaired()
                        .putIfAbsent(
                                FileNames.text(images.resolve(FileNames.path(name))),
                                "a list in " + FileNames.text(lists) + " names it, but the image is not there"));
        Stream.of(foundImages, foundMasks).forEach(found -> paired.notices().addAll(found.notices()));
        return new FolderLayout.Found(paired, List.of(root, masks));
    }

    private static DataException missing(Path root, String what) {
        return new DataException(FileNames.text(root) + " has no folder " + what);
    }

    private static Optional<Set<String>> names(Path list) {
        return Files.isRegularFile(list)
                ? Optional.of(new HashSet<>(TextLines.of(list, "the name of an image in each line")))
                : Optional.empty();
    }
}

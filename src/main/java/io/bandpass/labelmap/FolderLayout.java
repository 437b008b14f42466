package io.bandpass.labelmap;

import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.FolderFiles;
import io.bandpass.data.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Folders of images and of masks: {@code images} and {@code masks} with parts such as {@code train} and {@code val} in
 * them or above them, or masks beside their images with a suffix. So lie ADE20K, COCO-Stuff, Roboflow's sets and most
 * that people make.
 */
final class FolderLayout {
    private static final List<String> IMAGES = List.of("images", "image", "imgs", "img", "jpegimages");
    private static final List<String> MASKS = List.of(
            "masks",
            "mask",
            "labels",
            "label",
            "annotations",
            "annotation",
            "segmentationclass",
            "segmentationclasspng",
            "gt");

    private final Workers workers;
    private final PairedFiles paired = PairedFiles.empty();
    private final Set<Path> folders = new LinkedHashSet<>();

    /** Pairs, and the folders in which a list of classes may lie. */
    record Found(PairedFiles paired, List<Path> folders) {}

    private FolderLayout(Workers workers) {
        this.workers = workers;
    }

    /**
     * Finds the images and masks of a folder.
     *
     * @throws DataException if it has neither folders of both nor masks with a suffix
     */
    static Found find(Path root, Workers workers) {
        FolderLayout layout = new FolderLayout(workers);
        layout.folders.add(root);
        if (!layout.addFolders(root, false)) {
            layout.addParts(root);
        }
        if (layout.paired.pairs().isEmpty() && layout.paired.unpaired().isEmpty()) {
            throw new DataException("no masks in " + FileNames.text(root)
                    + ": give a folder with images/ and masks/, whose files have the same names, with train/ and val/ in"
                    + " both or above them, or with NAME.jpg and NAME_mask.png, or a CSV file image,mask");
        }
        return new Found(layout.paired, List.copyOf(layout.folders));
    }

    /** Returns the folder of one of these names, in whatever case. */
    static Optional<Path> child(Path root, List<String> names) {
        List<Path> children = FolderFiles.foldersIn(root);
        return names.stream()
                .flatMap(name -> children.stream()
                        .filter(child -> name(child).toLowerCase(Locale.ROOT).equals(name)))
                .findFirst();
    }

    private static String name(Path folder) {
        return FileNames.text(Objects.requireNonNullElse(folder.getFileName(), folder));
    }

    /** Returns the folders of images and masks in a folder, if it has both. */
    static Optional<List<Path>> both(Path root) {
        Optional<Path> images = child(root, IMAGES);
        Optional<Path> masks = child(root, MASKS);
        return images.isPresent() && masks.isPresent()
                ? Optional.of(List.of(images.get(), masks.get()))
                : Optional.empty();
    }

    /** Returns the parts that lie in a folder as folders. */
    static Splits splits(Path root) {
        return Splits.of(
                FolderFiles.foldersIn(root).stream().map(FolderLayout::name).toList());
    }

    private void addParts(Path root) {
        Splits splits = splits(root);
        splits.notice(FileNames.text(root)).ifPresent(paired.notices()::add);
        if (!splits.areThere()) {
            addBeside(root, false);
            return;
        }
        splits.train().map(root::resolve).ifPresent(part -> addPart(part, false));
        splits.heldOut().map(root::resolve).ifPresent(part -> addPart(part, true));
    }

    private void addPart(Path part, boolean heldOut) {
        folders.add(part);
        if (!addFolders(part, heldOut)) {
            addBeside(part, heldOut);
        }
    }

    /** Adds the images and masks of two folders; returns false if there are no such folders. */
    private boolean addFolders(Path root, boolean heldOut) {
        Optional<List<Path>> both = both(root);
        if (both.isEmpty()) {
            return false;
        }
        Path images = both.get().get(0);
        Path masks = both.get().get(1);
        folders.add(masks);
        Splits splits = splits(images);
        splits.notice(FileNames.text(images)).ifPresent(paired.notices()::add);
        splits.train().map(masks::resolve).filter(Files::isDirectory).ifPresent(folders::add);
        Predicate<String> isHeldOut = key -> heldOut || splits.isHeldOut().test(key);
        paired.addAll(NameMatch.of(files(images), files(masks), NameMatch.NONE_OR_SUFFIX, splits.wanted(), isHeldOut));
        return true;
    }

    private NamedFiles files(Path folder) {
        FolderFiles found = FolderFiles.below(folder, workers);
        paired.notices().addAll(found.notices());
        return NamedFiles.of(folder, found.files());
    }

    /** Adds the images of a folder whose masks lie beside them. */
    private void addBeside(Path folder, boolean heldOut) {
        FolderFiles found = FolderFiles.below(folder, workers);
        List<Path> images = new ArrayList<>();
        List<Path> masks = new ArrayList<>();
        for (Path file : found.files()) {
            (isMask(file) ? masks : images).add(file);
        }
        if (masks.isEmpty()) {
            return;
        }
        paired.notices().addAll(found.notices());
        paired.addAll(NameMatch.of(
                NamedFiles.of(folder, images),
                NamedFiles.of(folder, masks),
                NameMatch.SUFFIXES,
                key -> true,
                key -> heldOut));
    }

    /** Returns whether a file has the name of a mask that lies beside its image. */
    static boolean isMask(Path file) {
        String name = name(file);
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        return NameMatch.SUFFIXES.stream().anyMatch(stem::endsWith);
    }
}

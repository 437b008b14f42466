package io.bandpass.labelmap;

import io.bandpass.config.MasksConfig.Format;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Finds the images and masks of each layout in which masks are files. */
final class MaskLayouts {
    private static final String VOC_NAME = "\\d{4}_\\d{6}\\..*";
    private static final String ADE20K_NAME = "ADE_(train|val)_\\d{8}\\..*";
    private static final String COCO_NAME = "\\d{12}\\..*";

    private MaskLayouts() {}

    /** A layout, and the files that have no partner in it, each with a reason. */
    record Found(MaskLayout layout, Map<String, String> unpaired) {}

    /**
     * Finds images and masks.
     *
     * @param recognised whether the format was recognised; otherwise the user named it
     * @throws DataException if there are none
     */
    static Found find(Path root, Format format, boolean recognised, Workers workers) {
        if (!Files.exists(root)) {
            throw new DataException("there is no file or folder " + FileNames.text(root));
        }
        if (format == Format.CSV) {
            return ofTable(root);
        }
        if (!Files.isDirectory(root)) {
            throw new DataException(FileNames.text(root) + " is no folder, as data of the format " + format + " is");
        }
        return switch (format) {
            case CITYSCAPES -> ofCityscapes(root, workers);
            case VOC, CVAT -> {
                FolderLayout.Found found = VocLayout.find(root, workers);
                boolean isVoc = format == Format.VOC
                        && (!recognised || LayoutSigns.areNamed(found.paired().pairs(), VOC_NAME));
                yield found(root, format, found, isVoc ? Optional.of(BuiltInClasses.voc()) : Optional.empty());
            }
            case FOLDERS -> ofFolders(root, recognised, FolderLayout.find(root, workers));
            case ADE20K -> found(root, format, FolderLayout.find(root, workers), Optional.of(BuiltInClasses.ade20k()));
            case COCO_STUFF ->
                found(root, format, FolderLayout.find(root, workers), Optional.of(BuiltInClasses.cocoStuff()));
            default -> found(root, format, FolderLayout.find(root, workers), Optional.empty());
        };
    }

    /** Returns plain folders; those of well-known data sets are known by the names of all their images. */
    private static Found ofFolders(Path root, boolean recognised, FolderLayout.Found found) {
        List<MaskPair> pairs = found.paired().pairs();
        if (recognised && LayoutSigns.areNamed(pairs, ADE20K_NAME)) {
            return found(root, Format.ADE20K, found, Optional.of(BuiltInClasses.ade20k()));
        }
        // People make masks of their own for COCO's images, but hardly in folders of these names.
        boolean hasYears = FolderLayout.both(root)
                .filter(both -> Files.isDirectory(both.get(0).resolve("train2017")))
                .isPresent();
        if (recognised && hasYears && LayoutSigns.areNamed(pairs, COCO_NAME)) {
            return found(root, Format.COCO_STUFF, found, Optional.of(BuiltInClasses.cocoStuff()));
        }
        return found(root, Format.FOLDERS, found, Optional.empty());
    }

    private static Found ofTable(Path file) {
        if (!PairTable.isTable(file)) {
            throw new DataException(
                    FileNames.text(file) + " is neither a folder nor a CSV file with the columns image,mask");
        }
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        return found(file, Format.CSV, new FolderLayout.Found(PairTable.read(file), List.of(folder)), Optional.empty());
    }

    private static Found ofCityscapes(Path root, Workers workers) {
        CityscapesLayout.Found found = CityscapesLayout.find(root, workers);
        return found(
                root,
                Format.CITYSCAPES,
                new FolderLayout.Found(found.paired(), List.of(root)),
                Optional.of(found.areTrainIds() ? BuiltInClasses.cityscapesTrainIds() : BuiltInClasses.cityscapes()));
    }

    private static Found found(Path root, Format format, FolderLayout.Found found, Optional<BuiltInClasses> builtIn) {
        PairedFiles paired = found.paired();
        return new Found(
                new MaskLayout(format, root, paired.pairs(), found.folders(), builtIn, paired.notices()),
                paired.unpaired());
    }
}

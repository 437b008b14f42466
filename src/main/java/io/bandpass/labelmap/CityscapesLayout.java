package io.bandpass.labelmap;

import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.FolderFiles;
import io.bandpass.data.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Cityscapes: {@code leftImg8bit} and {@code gtFine}, of whose files only the ids of classes are masks. */
final class CityscapesLayout {
    private static final String IMAGES = "leftImg8bit";
    private static final String MASKS = "gtFine";
    private static final String TRAIN_IDS = "_gtFine_labelTrainIds";
    private static final String LABEL_IDS = "_gtFine_labelIds";

    private CityscapesLayout() {}

    /** What was found, and whether the masks hold trainIds. */
    record Found(PairedFiles paired, boolean areTrainIds) {}

    static boolean isIn(Path root) {
        return Files.isDirectory(root.resolve(IMAGES)) && Files.isDirectory(root.resolve(MASKS));
    }

    /**
     * Finds the images and masks of a folder: trainIds if every image has them, otherwise labelIds.
     *
     * @throws DataException if a folder is missing
     */
    static Found find(Path root, Workers workers) {
        if (!isIn(root)) {
            throw new DataException(FileNames.text(root) + " has not both folders " + IMAGES + " and " + MASKS);
        }
        Path images = root.resolve(IMAGES);
        FolderFiles foundImages = FolderFiles.below(images, workers);
        FolderFiles foundMasks = FolderFiles.below(root.resolve(MASKS), workers);
        NamedFiles named = NamedFiles.of(images, foundImages.files());
        NamedFiles masks = NamedFiles.of(root.resolve(MASKS), foundMasks.files());
        Splits splits = FolderLayout.splits(images);
        PairedFiles byTrainId = match(named, masks, TRAIN_IDS, splits);
        boolean areTrainIds =
                byTrainId.unpaired().isEmpty() && !byTrainId.pairs().isEmpty();
        PairedFiles paired = areTrainIds ? byTrainId : match(named, masks, LABEL_IDS, splits);
        splits.notice(FileNames.text(images)).ifPresent(paired.notices()::add);
        paired.notices().addAll(foundImages.notices());
        paired.notices().addAll(foundMasks.notices());
        return new Found(paired, areTrainIds);
    }

    private static PairedFiles match(NamedFiles images, NamedFiles masks, String suffix, Splits splits) {
        Predicate<String> wanted = splits.wanted();
        return NameMatch.of(images, ending(masks, suffix), List.of(suffix), wanted, splits.isHeldOut());
    }

    private static NamedFiles ending(NamedFiles masks, String suffix) {
        List<Path> files = masks.byKey().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(suffix))
                .map(Map.Entry::getValue)
                .collect(Collectors.toList());
        return NamedFiles.of(masks.folder(), files);
    }
}

package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.config.MasksConfig;
import io.bandpass.config.MasksConfig.Format;
import io.bandpass.data.DataException;
import io.bandpass.data.EpochOrder;
import io.bandpass.data.FileNames;
import io.bandpass.data.HoldOut;
import io.bandpass.data.UnreadableImages;
import io.bandpass.data.Workers;
import io.bandpass.text.Counts;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The images of a segmentation run with their label maps: a training set and perhaps a held-out set, of the same
 * classes.
 *
 * @param heldOut the part that the data defines ({@code val/}, a list, a column {@code split}), otherwise a drawn one
 * @param notices human-readable notices about classes, files left alone and the held-out set
 */
public record LabelMapDatasets(LabelMapSource train, Optional<LabelMapSource> heldOut, List<String> notices) {
    /**
     * Finds images and masks, what the masks' values mean, and reads the headers of both.
     *
     * @param paths at least one; folders or CSV files, or the JSON or YAML file of outlines
     * @param holdOut applied if the data defines no held-out part; it may choose none
     * @param unreadable collects images that cannot be used, each with a reason
     * @throws DataException if there is nothing to train on, if the values leave a doubt, or if too many files are
     *     unreadable
     */
    public static LabelMapDatasets open(
            DataConfig data, MasksConfig masks, List<String> paths, HoldOut holdOut, UnreadableImages unreadable) {
        List<String> notices = new ArrayList<>();
        List<LabelMapPart> parts = new ArrayList<>();
        for (String path : paths) {
            parts.addAll(parts(FileNames.path(path), data, masks, unreadable, notices));
        }
        unreadable.check();
        List<LabelMapSource> train = images(parts, false);
        List<LabelMapSource> heldOut = images(parts, true);
        if (train.isEmpty()) {
            throw DataException.noneReadable(unreadable.files(), "in " + String.join(", ", paths));
        }
        checkClasses(Stream.concat(train.stream(), heldOut.stream()).toList(), paths);
        LabelMapSource all = JoinedLabelMaps.of(train);
        if (!heldOut.isEmpty()) {
            LabelMapSource held = JoinedLabelMaps.of(heldOut);
            notices.addAll(holdOut.named(all, held));
            return new LabelMapDatasets(all, Optional.of(held), List.copyOf(notices));
        }
        HoldOut.Chosen chosen = holdOut.of(all);
        notices.addAll(chosen.notices());
        return divided(all, chosen.heldOut(), notices);
    }

    private static LabelMapDatasets divided(LabelMapSource all, int[] heldOut, List<String> notices) {
        if (heldOut.length == 0) {
            return new LabelMapDatasets(all, Optional.empty(), List.copyOf(notices));
        }
        boolean[] held = new boolean[all.size()];
        IntStream.of(heldOut).forEach(index -> held[index] = true);
        int[] rest =
                IntStream.range(0, held.length).filter(index -> !held[index]).toArray();
        return new LabelMapDatasets(all.select(rest), Optional.of(all.select(heldOut)), List.copyOf(notices));
    }

    /**
     * Returns a copy with at most so many training images, drawn by a seed; the held-out set is unchanged. The images
     * of a smaller number are among those of a larger one.
     *
     * @param count positive
     */
    public LabelMapDatasets few(int count, long seed) {
        if (count >= train.size()) {
            List<String> all = new ArrayList<>(notices);
            if (count > train.size()) {
                all.add("masks.images is " + count + ", but there " + Counts.choose(train.size(), "is ", "are ")
                        + Counts.of(train.size(), "training image") + ": all are taken");
            }
            return new LabelMapDatasets(train, heldOut, List.copyOf(all));
        }
        EpochOrder order = new EpochOrder(train.size(), KeyedRandom.hash(seed, Purpose.LABELS));
        int[] chosen = IntStream.range(0, count)
                .map(position -> order.at(0, position))
                .sorted()
                .toArray();
        return new LabelMapDatasets(train.select(chosen), heldOut, notices);
    }

    private static List<LabelMapSource> images(List<LabelMapPart> parts, boolean heldOut) {
        return parts.stream()
                .filter(part -> part.heldOut() == heldOut)
                .map(LabelMapPart::images)
                .filter(images -> images.size() > 0)
                .toList();
    }

    private static void checkClasses(List<LabelMapSource> sets, List<String> paths) {
        for (LabelMapSource set : sets) {
            if (!set.classes().equals(sets.get(0).classes())) {
                throw new DataException("the masks of " + String.join(", ", paths)
                        + " have different classes; give each value and name one meaning with `classes`");
            }
        }
    }

    /** Returns whether label maps of a format are drawn from outlines, and no files of their own. */
    static boolean areOutlines(Format format) {
        return format == Format.LABELME || format == Format.COCO || format == Format.YOLO;
    }

    /** Opens one folder or file, in the layout that the user names or that its files show. */
    private static List<LabelMapPart> parts(
            Path root, DataConfig data, MasksConfig masks, UnreadableImages unreadable, List<String> notices) {
        if (!Files.exists(root)) {
            throw new DataException("there is no file or folder " + FileNames.text(root));
        }
        boolean recognised = masks.format() == Format.AUTO;
        Format format = recognised ? LayoutSigns.of(root) : masks.format();
        return switch (format) {
            case LABELME -> LabelMeImages.open(root, masks, data, unreadable, notices);
            case COCO -> CocoImages.open(root, masks, data, unreadable);
            case YOLO -> YoloPolygons.open(root, masks, data, unreadable, notices);
            default -> masks(root, format, recognised, data, masks, unreadable, notices);
        };
    }

    private static List<LabelMapPart> masks(
            Path root,
            Format format,
            boolean recognised,
            DataConfig data,
            MasksConfig masks,
            UnreadableImages unreadable,
            List<String> notices) {
        try (Workers workers = new Workers(data.workers())) {
            MaskLayouts.Found found = MaskLayouts.find(root, format, recognised, workers);
            List<MaskPair> usable =
                    PairCheck.usable(found.layout().pairs(), found.unpaired(), data, workers, unreadable);
            notices.addAll(found.layout().notices());
            // Nothing can be said about the values of masks that cannot be read.
            unreadable.check();
            if (usable.isEmpty()) {
                return List.of();
            }
            MaskClasses.Found classes = MaskClasses.of(found.layout().with(usable), masks, data);
            notices.addAll(classes.notices());
            MaskedImages all = MaskedImages.of(base(root), usable, classes.table(), data);
            return List.of(
                    new LabelMapPart(
                            false, part(all, index -> !usable.get(index).heldOut())),
                    new LabelMapPart(true, part(all, index -> usable.get(index).heldOut())));
        }
    }

    private static Path base(Path root) {
        Path parent = root.toAbsolutePath().getParent();
        return Files.isDirectory(root) || parent == null ? root : parent;
    }

    private static LabelMapSource part(LabelMapSource all, IntPredicate wanted) {
        return all.select(IntStream.range(0, all.size()).filter(wanted).toArray());
    }
}

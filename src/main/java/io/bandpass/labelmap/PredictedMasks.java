package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.MasksConfig;
import io.bandpass.config.MasksConfig.Format;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.FolderFiles;
import io.bandpass.data.UnreadableImages;
import io.bandpass.data.Workers;
import io.bandpass.image.BadImageException;
import io.bandpass.image.MaskFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Masks that any program predicted, with the true ones. */
public final class PredictedMasks {
    private final List<MaskPair> pairs;
    private final ClassTable table;
    private final long maxPixels;
    private final List<String> notices;

    /** A prediction and the truth, both of the same size. */
    public record Pair(LabelMap prediction, LabelMap truth) {}

    private PredictedMasks(List<MaskPair> pairs, ClassTable table, long maxPixels, List<String> notices) {
        this.pairs = pairs;
        this.table = table;
        this.maxPixels = maxPixels;
        this.notices = notices;
    }

    /**
     * Finds the masks of two folders; those of the same relative name belong together. What the values mean is found out as
     * for training, from the true masks.
     *
     * @param unreadable collects true masks without a prediction
     * @throws DataException if no mask has a prediction, if the values leave a doubt, or if too many predictions are
     *     missing
     */
    public static PredictedMasks open(
            DataConfig data, MasksConfig masks, Path predictions, Path truth, UnreadableImages unreadable) {
        try (Workers workers = new Workers(data.workers())) {
            List<Path> trueMasks = FolderFiles.below(truth, workers).files();
            PairedFiles paired = NameMatch.of(
                    NamedFiles.of(
                            predictions, FolderFiles.below(predictions, workers).files()),
                    NamedFiles.of(truth, trueMasks),
                    NameMatch.NONE_OR_SUFFIX,
                    key -> true,
                    key -> false);
            List<String> missing = trueMasks.stream()
                    .map(FileNames::text)
                    .filter(paired.unpaired()::containsKey)
                    .toList();
            unreadable.count(paired.pairs().size() + missing.size());
            missing.forEach(
                    name -> unreadable.add(name, "there is no prediction for it in " + FileNames.text(predictions)));
            unreadable.check();
            if (paired.pairs().isEmpty()) {
                throw new DataException("no file of " + FileNames.text(predictions) + " has the name of one in "
                        + FileNames.text(truth) + "; predictions have the names of the true masks");
            }
            List<Path> folders = Stream.of(
                            Optional.of(truth),
                            Optional.ofNullable(truth.toAbsolutePath().getParent()))
                    .flatMap(Optional::stream)
                    .toList();
            MaskLayout layout = new MaskLayout(
                    masks.format() == Format.AUTO ? Format.FOLDERS : masks.format(),
                    truth,
                    paired.pairs(),
                    folders,
                    Optional.empty(),
                    List.of());
            MaskClasses.Found classes = MaskClasses.of(layout, masks, data);
            return new PredictedMasks(paired.pairs(), classes.table(), data.maxPixels(), classes.notices());
        }
    }

    public int size() {
        return pairs.size();
    }

    public LabelClasses classes() {
        return table.classes();
    }

    /** What was assumed, one sentence each. */
    public List<String> notices() {
        return notices;
    }

    /** Returns the file of a prediction. */
    public String name(int index) {
        return FileNames.text(pairs.get(index).image());
    }

    /**
     * Reads a prediction and the truth.
     *
     * @throws BadImageException if one of them cannot be read, if they differ in size, or if one holds an unknown value,
     *     with the reason
     */
    public Pair read(int index) throws BadImageException {
        MaskPair pair = pairs.get(index);
        LabelMap prediction = table.labels(MaskFile.read(pair.image(), maxPixels));
        LabelMap truth;
        try {
            truth = table.labels(MaskFile.read(pair.mask(), maxPixels));
        } catch (BadImageException e) {
            throw new BadImageException(PairCheck.ofMask(pair, e.reason()));
        }
        if (prediction.height() != truth.height() || prediction.width() != truth.width()) {
            throw new BadImageException(String.format(
                    Locale.ROOT,
                    "it has %d x %d pixels, but the true mask %s has %d x %d",
                    prediction.width(),
                    prediction.height(),
                    FileNames.text(pair.mask()),
                    truth.width(),
                    truth.height()));
        }
        int without = 0;
        for (int i = 0; i < truth.ids().length; i++) {
            without += truth.ids()[i] >= 0 && prediction.ids()[i] < 0 ? 1 : 0;
        }
        if (without > 0) {
            throw new BadImageException(
                    "it gives no class to " + without + " pixels that have one in " + FileNames.text(pair.mask()));
        }
        return new Pair(prediction, truth);
    }
}

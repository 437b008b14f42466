package io.bandpass.inference;

import io.bandpass.config.DataConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.split.OldSplits;
import io.bandpass.split.RecordedHoldOut;
import io.bandpass.split.TrainedImages;
import io.bandpass.split.TrainedImages.Divided;
import io.bandpass.weights.WeightsOrigin;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Labelled images for evaluating an encoder: a training set and a test set, opened only when used. */
public final class LabelledImages {
    private interface Opening {
        Opened open(WeightsOrigin origin, TrainedImages trained);
    }

    /**
     * The images, as opened.
     *
     * @param data training images and, as held-out set, the images to classify
     * @param whole the same with all training images, if {@link #data} has only a few per class
     * @param rule rule by which they were split
     */
    record Opened(Datasets data, Datasets whole, SplitRule rule) {
        private static Opened of(Datasets data, RecordedHoldOut choice) {
            return new Opened(data, data, choice.used());
        }
    }

    private final Opening opening;

    private LabelledImages(Opening opening) {
        this.opening = opening;
    }

    /** Returns the images of an encoder's own run, with its held-out set. */
    public static LabelledImages ofRun() {
        return new LabelledImages((origin, trained) -> {
            if (!trained.sets().isEmpty() && trained.sets().get(0).needsItsFolder()) {
                throw new DataException(Divided.knownOnlyThere(trained.source()));
            }
            if (origin.data().paths().isEmpty()) {
                throw new DataException(
                        "the weights name no images of a run; give labelled images with `data`, or folders"
                                + " with `train` and `test` (addresses in weights are not followed)");
            }
            SplitRule rule = trained.sets().isEmpty()
                    ? OldSplits.ofPretraining(origin.seed(), origin.evaluate())
                    : trained.sets().get(0).split().rule();
            RecordedHoldOut choice = new RecordedHoldOut(trained.ofItsRun(rule), rule);
            Datasets data = Datasets.open(
                    origin.data(),
                    origin.data().paths(),
                    choice,
                    new UnreadableImages(origin.data().maxBad()));
            if (data.heldOut().isEmpty()) {
                throw new DataException(
                        "the images of this run have no labels, which are needed here; give labelled images"
                                + " with `data`, or folders with `train` and `test`");
            }
            return Opened.of(data, choice);
        });
    }

    /**
     * Returns the images of two folders, each with a subfolder per class, or of two IDX or CIFAR files. Rejects test
     * images whose labels the weights were trained on.
     */
    public static LabelledImages pair(Path train, Path test) {
        return new LabelledImages((origin, trained) -> {
            RecordedHoldOut choice = new RecordedHoldOut(trained.holdOut(SplitRule.NONE), SplitRule.NONE);
            return Opened.of(Datasets.openPair(labelled(origin.data()), train, test, choice), choice);
        });
    }

    /**
     * Returns images as for fine-tuning. If they name no held-out set, it is a tenth of each class, or the set that was
     * held out when the weights were trained on these images.
     *
     * @param paths folders with a subfolder per class, CSV, IDX or CIFAR files
     * @param seed seed of the held-out set, if it is drawn
     */
    public static LabelledImages of(List<String> paths, long seed) {
        List<String> copied = List.copyOf(paths);
        return new LabelledImages((origin, trained) -> {
            DataConfig data = labelled(origin.data());
            SplitRule rule = SplitRule.stratified(seed, origin.evaluate().heldOutFraction());
            RecordedHoldOut choice = new RecordedHoldOut(trained.holdOut(rule), rule);
            return Opened.of(Datasets.openLabelled(data, copied, choice, new UnreadableImages(data.maxBad())), choice);
        });
    }

    /** Returns the same images with only {@code count} training images of each class, drawn by a seed. */
    public LabelledImages perClass(int count, long seed) {
        return new LabelledImages((origin, trained) -> {
            Opened all = opening.open(origin, trained);
            return new Opened(all.data().perClass(count, seed), all.whole(), all.rule());
        });
    }

    /**
     * Opens the images.
     *
     * @param origin origin of the encoder
     * @param trained the images that the encoder was trained on
     * @return images with a held-out set
     * @throws DataException if there are no labels, or nothing to hold out
     */
    public Opened open(WeightsOrigin origin, TrainedImages trained) {
        return opening.open(origin, trained);
    }

    private static DataConfig labelled(DataConfig config) {
        return config.withPaths(List.of()).withLabels(DataConfig.Labels.AUTO).withWorkers(OptionalInt.empty());
    }
}

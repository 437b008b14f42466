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

/**
 * Labelled images to judge an encoder by: those that are learned from, and those to classify. Nothing is opened before
 * they are used.
 */
public final class LabelledImages {
    private interface Opening {
        Opened open(WeightsOrigin origin, TrainedImages trained);
    }

    /**
     * What was found.
     *
     * @param data the images to learn from and those to classify
     * @param whole the same with all images that could be learned from, where {@link #data} has a few
     * @param rule by which they were divided
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

    /** The images of the run of an encoder, with the part that it held out. */
    public static LabelledImages ofRun() {
        return new LabelledImages((origin, trained) -> {
            if (!trained.sets().isEmpty() && trained.sets().get(0).needsItsFolder()) {
                throw new DataException(Divided.knownOnlyThere(trained.source()));
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
     * Two folders, each with a folder per class, or two IDX or CIFAR files. Images to classify whose labels the weights
     * were trained on are refused.
     */
    public static LabelledImages pair(Path train, Path test) {
        return new LabelledImages((origin, trained) -> {
            RecordedHoldOut choice = new RecordedHoldOut(trained.holdOut(SplitRule.NONE), SplitRule.NONE);
            return Opened.of(Datasets.openPair(labelled(origin.data()), train, test, choice), choice);
        });
    }

    /**
     * Images as fine-tuning takes them: where they name no part to hold out, a tenth of each class is held out, or what
     * was held out when the weights were trained on these images.
     *
     * @param paths folders with a folder per class, CSV, IDX or CIFAR files
     * @param seed of the held-out part, where one is drawn
     */
    public static LabelledImages of(List<String> paths, long seed) {
        List<String> given = List.copyOf(paths);
        return new LabelledImages((origin, trained) -> {
            DataConfig data = labelled(origin.data());
            SplitRule rule = SplitRule.stratified(seed, origin.evaluate().heldOutFraction());
            RecordedHoldOut choice = new RecordedHoldOut(trained.holdOut(rule), rule);
            return Opened.of(Datasets.openLabelled(data, given, choice, new UnreadableImages(data.maxBad())), choice);
        });
    }

    /** The same with only so many images of each class to learn from, drawn by a seed. */
    public LabelledImages perClass(int count, long seed) {
        return new LabelledImages((origin, trained) -> {
            Opened all = opening.open(origin, trained);
            return new Opened(all.data().perClass(count, seed), all.whole(), all.rule());
        });
    }

    /**
     * Finds the images.
     *
     * @param origin of the encoder
     * @param trained what the encoder was trained on
     * @return with a held-out part
     * @throws DataException if there are no labels, or nothing to hold out
     */
    public Opened open(WeightsOrigin origin, TrainedImages trained) {
        return opening.open(origin, trained);
    }

    private static DataConfig labelled(DataConfig config) {
        return new DataConfig(
                List.of(),
                DataConfig.Labels.AUTO,
                OptionalInt.empty(),
                config.maxBad(),
                config.maxPixels(),
                config.reducedDecoding(),
                config.index(),
                config.mean(),
                config.std());
    }
}

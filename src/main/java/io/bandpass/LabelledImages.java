package io.bandpass;

import io.bandpass.config.DataConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Labelled images to judge an encoder by: those that are learned from, and those to classify. Nothing is opened before
 * they are used.
 */
public final class LabelledImages {
    private interface Opening {
        Datasets open(RunConfig config);
    }

    private final Opening opening;

    private LabelledImages(Opening opening) {
        this.opening = opening;
    }

    /** The images of the run of an encoder, with the part that it held out. */
    public static LabelledImages ofRun() {
        return new LabelledImages(config -> {
            Datasets data = Datasets.open(
                    config.data(),
                    config.data().paths(),
                    config.train().seed(),
                    config.evaluate().heldOutFraction());
            if (data.heldOut().isEmpty()) {
                throw new DataException(
                        "the images of this run have no labels, which are needed here; give labelled images"
                                + " with --data, or folders with --train and --test");
            }
            return data;
        });
    }

    /** Two folders, each with a folder per class, or two IDX or CIFAR files. */
    public static LabelledImages pair(Path train, Path test) {
        return new LabelledImages(config -> Datasets.openPair(labelled(config.data()), train, test));
    }

    /**
     * Images as fine-tuning takes them: where they name no part to hold out, a tenth of each class is held out.
     *
     * @param paths folders with a folder per class, CSV, IDX or CIFAR files
     * @param seed of the held-out part, where one is drawn
     */
    public static LabelledImages of(List<String> paths, long seed) {
        List<String> given = List.copyOf(paths);
        return new LabelledImages(config -> {
            DataConfig data = labelled(config.data());
            return Datasets.openLabelled(
                    data, given, seed, config.evaluate().heldOutFraction(), new BadImages(data.maxBad()));
        });
    }

    /** The same with only so many images of each class to learn from, drawn by a seed. */
    public LabelledImages perClass(int count, long seed) {
        return new LabelledImages(config -> opening.open(config).perClass(count, seed));
    }

    /**
     * Finds the images.
     *
     * @param config of the encoder
     * @return with a held-out part
     * @throws DataException if there are no labels, or nothing to hold out
     */
    Datasets open(RunConfig config) {
        return opening.open(config);
    }

    private static DataConfig labelled(DataConfig config) {
        return new DataConfig(
                List.of(),
                "auto",
                OptionalInt.empty(),
                config.maxBad(),
                config.maxPixels(),
                config.reducedDecoding(),
                config.index(),
                config.mean(),
                config.std());
    }
}

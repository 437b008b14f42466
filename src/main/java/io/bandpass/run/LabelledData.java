package io.bandpass.run;

import io.bandpass.config.FinetuneConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.Datasets;
import io.bandpass.data.HoldOut;
import io.bandpass.split.OldSplits;

/** Labelled images to train and to validate on, as fine-tuning and probing take them. */
public final class LabelledData {
    private LabelledData() {}

    /**
     * Opens the images of a run: those to train on, perhaps a few of each class, and those that are held out.
     *
     * @throws io.bandpass.data.DataException if there are no labels, or nothing to hold out
     */
    public static Datasets open(FinetuneConfig config, BadImages bad) {
        return few(config, whole(config, OldSplits.ofFinetuning(config), bad));
    }

    /**
     * Opens the images of a run, all that could be trained on.
     *
     * @param holdOut chooses what is held out where the data does not name it
     * @throws io.bandpass.data.DataException if there are no labels, or nothing to hold out
     */
    static Datasets whole(FinetuneConfig config, HoldOut holdOut, BadImages bad) {
        return Datasets.openLabelled(config.data(), config.data().paths(), holdOut, bad);
    }

    /** The images that a run trains on: all, or a few of each class. */
    static Datasets few(FinetuneConfig config, Datasets whole) {
        return config.labels().perClass().isEmpty()
                ? whole
                : whole.perClass(
                        config.labels().perClass().getAsInt(), config.train().seed());
    }
}

package io.bandpass;

import io.bandpass.config.FinetuneConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.Datasets;

/** Labelled images to train and to validate on, as fine-tuning and probing take them. */
final class LabelledData {
    private LabelledData() {}

    /**
     * Opens the images of a run: those to train on, perhaps a few of each class, and those that are held out.
     *
     * @throws io.bandpass.data.DataException if there are no labels, or nothing to hold out
     */
    static Datasets open(FinetuneConfig config, BadImages bad) {
        long seed = config.train().seed();
        Datasets all = Datasets.openLabelled(
                config.data(), config.data().paths(), seed, config.labels().heldOutFraction(), bad);
        return config.labels().perClass().isEmpty()
                ? all
                : all.perClass(config.labels().perClass().getAsInt(), seed);
    }
}

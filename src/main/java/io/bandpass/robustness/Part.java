package io.bandpass.robustness;

import io.bandpass.robust.Measurement;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What is measured in one go and kept as soon as it is finished. */
interface Part {
    /** Number of images that the page shows as they are and, beside it, under attack. */
    int SHOWN_SIDE_BY_SIDE = 4;

    /** Name that tells it from all other parts of a model, also as the name of a file. */
    String name();

    /** Everything besides model and images that decides on the result, for the reuse of kept parts. */
    String key();

    /** Images that it measures on, which may be opened for the call. */
    EvaluatedImages images();

    /** Other images that it measures on besides, to compare with. */
    default Optional<EvaluatedImages> comparedWith() {
        return Optional.empty();
    }

    /** Number of passes over the images, for the time left; a backward pass counts as two. */
    double passes();

    /**
     * Number of images that the page shows as the model saw them; 0 for a part that passes none to its watch, so that
     * nothing of it can be saved either.
     */
    default int examples() {
        return 1;
    }

    /**
     * Rejects a model that cannot be measured, before any is.
     *
     * @throws io.bandpass.BandpassException if it cannot
     */
    default void check(EvaluatedClassifier model) {}

    /**
     * Measures a model.
     *
     * @throws Watch.StoppedException if the user ends it
     */
    List<Measurement> measure(EvaluatedClassifier model, Watch watch) throws IOException;
}

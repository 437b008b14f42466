package io.bandpass.run;

import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Changes something when the first process has opened its images, and before the others open theirs. */
record ChangeAtTheStart(Change change) implements TrainingListener {
    /** A change. */
    interface Change {
        void make() throws IOException;
    }

    @Override
    public void onStart(RunFacts facts) {
        try {
            change.make();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

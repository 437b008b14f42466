package io.bandpass;

import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** A score of the frozen encoder of a finished pre-training run. */
interface FrozenScore {
    /** All that a comparison takes; a new one is a line here, and one in {@link ComparisonTables}. */
    List<FrozenScore> ALL = List.of(new Knn());

    /** Its name in result.json. */
    String name();

    /**
     * The score.
     *
     * @param run folder of the run
     * @param summary of the run
     * @return nothing where it cannot be measured
     */
    OptionalDouble of(Path run, RunSummary summary) throws IOException;

    /** The last kNN accuracy of the run itself. */
    record Knn() implements FrozenScore {
        @Override
        public String name() {
            return Scores.KNN_TOP1;
        }

        @Override
        public OptionalDouble of(Path run, RunSummary summary) {
            return summary.score(Scores.KNN_TOP1);
        }
    }
}

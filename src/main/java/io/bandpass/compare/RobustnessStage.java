package io.bandpass.compare;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.robust.RobustnessSummary;
import io.bandpass.robustness.Robustness;
import io.bandpass.run.StoredConfig;
import io.bandpass.task.DivergedException;
import io.bandpass.task.NotFiniteException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Measures the robustness of the classifier that a cell fine-tuned with all labels, in a folder beside its runs. Parts
 * that are finished are kept there.
 */
final class RobustnessStage {
    /** Name of the stage and of its folder. */
    static final String NAME = "robustness";

    private RobustnessStage() {}

    /**
     * Measures what is not measured yet.
     *
     * @param cell folder of the cell
     * @param notices receives what makes the results doubtful
     * @param stop polled between batches
     * @return its row in a table; empty if it was stopped
     * @throws DivergedException if outputs of the classifier are NaN or infinite
     */
    static Optional<RobustnessSummary> measure(
            RobustnessPlan plan, Path cell, Consumer<String> notices, BooleanSupplier stop) throws IOException {
        Path run = cell.resolve(CellRunner.ALL);
        FinetuningConfig trained = StoredConfig.read(FinetuningConfig.class, new RunFolder(run).resolvedConfig());
        Robustness.Result result;
        try {
            result = new Robustness(plan.of(trained))
                    .model(run)
                    .out(cell.resolve(NAME))
                    .run(new DoubtsOnly(notices), stop);
        } catch (NotFiniteException e) {
            throw new DivergedException(e.getMessage() + "; the fine-tuned classifier has diverged");
        }
        result.notices().forEach(notices);
        return result.complete() ? Optional.of(result.summary().get(0)) : Optional.empty();
    }

    /** Passes on doubts: parts are too many for the lines of a comparison, and facts are the same for all cells. */
    private record DoubtsOnly(Consumer<String> notices) implements Robustness.Progress {
        @Override
        public void says(String fact) {}

        @Override
        public void doubts(String sentence) {
            notices.accept(sentence);
        }

        @Override
        public void finished(String model, String part, boolean kept, double share) {}

        @Override
        public void reached(String model, String part, double share) {}
    }
}

package io.bandpass.run;

import io.bandpass.checkpoint.Checkpoints;
import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.MovingAverage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights files of a run whose model is scored: the current model, its EMA weights if enabled, and the best model.
 *
 * @param keep checkpoints that the run keeps
 * @param tensors names of the model's tensors
 */
record ScoredWeights(RunFolder folder, int keep, Names names, List<String> tensors, Writer writer) {
    /**
     * What the model and its files are called.
     *
     * @param model in messages
     */
    record Names(String model, String own, String averaged, String best) {
        /** The files to name in the closing lines of a run: the current model, and its EMA weights if enabled. */
        List<Path> files(RunFolder folder) {
            Path average = folder.weights(averaged);
            Path current = folder.weights(own);
            return Files.exists(average) ? List.of(current, average) : List.of(current);
        }

        /**
         * Returns the flag that names the model whose scores are those of the run: its EMA weights, if enabled.
         *
         * @param run the folder, quoted for a shell
         */
        String flag(RunFolder folder, String run) {
            Path average = folder.weights(averaged);
            return Files.exists(average) ? "--weights " + NextSteps.quoted(average) : "--run " + run;
        }
    }

    /** Returns the closing line of a score with its best value and the step of that; empty if it was not measured. */
    static List<String> scoreLines(String label, String score, RunSummary summary) {
        if (summary.score(score).isEmpty()) {
            return List.of();
        }
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT, "%-12s%.2f %%", label, 100 * summary.score(score).getAsDouble()));
        summary.score(Scores.best(score))
                .ifPresent(best -> line.append(String.format(Locale.ROOT, ", best %.2f %%", 100 * best)));
        summary.score(Scores.bestStep(score))
                .ifPresent(step -> line.append(String.format(Locale.ROOT, " at step %.0f", step)));
        return List.of(line.toString());
    }

    /** Writes a state as a weights file of this name. */
    interface Writer {
        void write(String name, Map<String, Tensor> state, long step) throws IOException;
    }

    /**
     * Writes the files.
     *
     * @param bestStep step with the best score; 0 if there is none yet
     * @param notices receives the reason if the best one cannot be written, as its checkpoint is damaged or was removed
     */
    void write(
            Map<String, Tensor> state,
            Optional<MovingAverage> average,
            long step,
            long bestStep,
            Consumer<String> notices)
            throws IOException {
        Files.createDirectories(folder.weights(""));
        writer.write(names.own(), state, step);
        if (average.isPresent()) {
            writer.write(names.averaged(), NamedTensor.byName(average.get().averages()), step);
        }
        Files.deleteIfExists(folder.weights(names.best()));
        try {
            Optional<Saved> best = new Checkpoints(folder.checkpoints(), keep).best();
            if (best.isPresent() && best.get().state().step() == bestStep) {
                writeBest(best.get(), average.isPresent());
            } else if (bestStep > 0) {
                notices.accept("the " + names.model() + " of the best step is not written, as the checkpoint of step "
                        + bestStep + " is no longer there");
            }
        } catch (WeightsException e) {
            notices.accept("the " + names.model() + " of the best step is not written, as its checkpoint is damaged: "
                    + e.getMessage());
        }
    }

    /**
     * Writes the best model: the EMA weights if enabled, as those were validated.
     *
     * @param averaged whether the EMA is enabled
     */
    private void writeBest(Saved best, boolean averaged) throws IOException {
        try (TensorFile stored = averaged ? best.optimizer() : best.model()) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            for (String name : tensors) {
                state.put(name, stored.get(averaged ? MovingAverage.stateName(name) : name));
            }
            writer.write(names.best(), state, best.state().step());
        }
    }
}

package io.bandpass.run;

import io.bandpass.checkpoint.Checkpoints;
import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.encoder.Classifier;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.metrics.ClassScores;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.ScoresFile;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.MovingAverage;
import io.bandpass.report.FinetuningReport;
import io.bandpass.report.RunReport;
import io.bandpass.train.ValidationResult;
import io.bandpass.weights.ClassifierWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** Output of a fine-tuning run besides its checkpoints: classifier weights, scores and report. */
final class FinetuneOutput {
    private final RunContext<FinetuningConfig> run;
    private final Classifier classifier;
    private final List<String> classes;

    FinetuneOutput(RunContext<FinetuningConfig> run, Classifier classifier, List<String> classes) {
        this.run = run;
        this.classifier = classifier;
        this.classes = classes;
    }

    /**
     * Writes the current classifier, its EMA weights if enabled, and the best classifier so far.
     *
     * @param summary of the run so far
     * @param notices receives the reason if the best one cannot be written, as its checkpoint is damaged or was removed
     */
    void writeWeights(Optional<MovingAverage> average, RunSummary summary, Consumer<String> notices)
            throws IOException {
        RunFolder folder = run.folder();
        long step = summary.steps();
        long bestStep = (long) summary.score(Scores.TOP1_BEST_STEP).orElse(0);
        Files.createDirectories(folder.weights(""));
        write(WeightsFile.CLASSIFIER, NamedTensor.byName(classifier.state()), step);
        if (average.isPresent()) {
            Map<String, Tensor> averages = NamedTensor.byName(average.get().averages());
            write(WeightsFile.AVERAGED_CLASSIFIER, averages, step);
        }
        Files.deleteIfExists(folder.weights(WeightsFile.BEST_CLASSIFIER));
        try {
            Optional<Saved> best = new Checkpoints(
                            folder.checkpoints(), run.config().checkpoint().keep())
                    .best();
            if (best.isPresent() && best.get().state().step() == bestStep) {
                writeBest(best.get(), average.isPresent());
            } else if (bestStep > 0) {
                notices.accept("the classifier of the best step is not written, as the checkpoint of step " + bestStep
                        + " is no longer there");
            }
        } catch (WeightsException e) {
            notices.accept(
                    "the classifier of the best step is not written, as its checkpoint is damaged: " + e.getMessage());
        }
    }

    /**
     * Writes the best classifier: the EMA weights if enabled, as those were validated.
     *
     * @param averaged whether the EMA is enabled
     */
    private void writeBest(Saved best, boolean averaged) throws IOException {
        try (TensorFile stored = averaged ? best.optimizer() : best.model()) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            for (NamedTensor tensor : classifier.state()) {
                String name = tensor.name();
                state.put(name, stored.get(averaged ? MovingAverage.stateName(name) : name));
            }
            write(WeightsFile.BEST_CLASSIFIER, state, best.state().step());
        }
    }

    private void write(String name, Map<String, Tensor> state, long step) throws IOException {
        ClassifierWeights.write(
                run.folder().weights(name),
                state,
                classifier.headNorm(),
                run.config(),
                classes,
                run.recipe(),
                step,
                run.trained().metadata());
    }

    /**
     * Writes scores.json and report.html.
     *
     * @param introduction sentences that say what was trained, on which data and from which weights
     * @param validation result on the held-out images
     */
    void writeReport(RunReport report, String introduction, ValidationResult<ClassificationScores> validation)
            throws IOException {
        ClassScores scores = new ClassScores(
                validation.step(),
                classes,
                validation.scores().classAccuracies(),
                validation.scores().confusion());
        AtomicFiles.writeText(run.folder().scores(), ScoresFile.toJson(scores));
        FinetuningReport page =
                new FinetuningReport(report, introduction, run.plan().stepsPerEpoch(), scores);
        AtomicFiles.write(run.folder().report(), page::write);
    }
}

package io.bandpass.run;

import io.bandpass.config.FinetuningConfig;
import io.bandpass.encoder.Classifier;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.format.AtomicFiles;
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
import java.io.IOException;
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
        new ScoredWeights(
                        run.folder(),
                        run.config().checkpoint().keep(),
                        FinetuningKind.WEIGHTS,
                        classifier.state().stream().map(NamedTensor::name).toList(),
                        this::write)
                .write(
                        NamedTensor.byName(classifier.state()),
                        average,
                        summary.steps(),
                        (long) summary.score(Scores.TOP1_BEST_STEP).orElse(0),
                        notices);
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

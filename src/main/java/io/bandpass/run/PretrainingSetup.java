package io.bandpass.run;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.eval.FrozenEncoder;
import io.bandpass.eval.OnlineEvaluator;
import io.bandpass.eval.PretrainingDiagnostics;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.Normalisation;
import io.bandpass.optim.MovingAverage;
import io.bandpass.pretext.PretextTask;
import io.bandpass.report.RunReport;
import io.bandpass.train.Curriculum;
import io.bandpass.train.Evaluator;
import io.bandpass.weights.ModelWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Setup of a pre-training session: the task, its curriculum, scores of the frozen encoder, and pictures. */
final class PretrainingSetup implements TrainingSetup {
    private final RunContext<PretrainingConfig> run;
    private final Curriculum curriculum;
    private final PretextTask task;
    private final Normalisation normalisation;
    private final Optional<OnlineEvaluator> online;
    private final PretrainingDiagnostics diagnostics;
    private final RunPictures pictures;

    PretrainingSetup(RunContext<PretrainingConfig> run, PretextTask task) {
        this.run = run;
        this.task = task;
        PretrainingConfig config = run.config();
        curriculum = new Curriculum(config, run.plan().stepsPerEpoch());
        normalisation = new Normalisation(
                config.data().mean(), config.data().std(), run.compute().device());
        FrozenEncoder frozen = new FrozenEncoder(task.encoder(), Optional.empty(), normalisation, run.compute());
        online = run.datasets()
                .heldOut()
                .map(heldOut -> new OnlineEvaluator(
                        frozen,
                        run.datasets().train(),
                        heldOut,
                        run.datasets().bad(),
                        config.evaluate(),
                        config.train().seed()));
        diagnostics = new PretrainingDiagnostics(
                frozen,
                task,
                run.datasets().heldOut().orElse(run.datasets().train()),
                run.datasets().bad());
        pictures = new RunPictures(config, task, run.datasets(), run.folder());
    }

    @Override
    public PretextTask task() {
        return task;
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("task", run.config().task().describe(run.config()));
        curriculum.describe().ifPresent(stages -> lines.put("curriculum", stages));
        return lines;
    }

    @Override
    public int imageSizeAt(long step) {
        return curriculum.imageSizeAt(step);
    }

    /** Evaluates the untrained encoder before replacing its weights. */
    @Override
    public Map<String, Double> loadInitial(Path weights, Consumer<String> notices) throws IOException {
        Map<String, Double> untrained = new LinkedHashMap<>();
        online.ifPresent(evaluator ->
                evaluator.encoder().knnTop1().ifPresent(top1 -> untrained.put(Scores.KNN_TOP1_UNTRAINED, top1)));
        try (WeightsFile file = WeightsFile.ofModel(weights)) {
            ModelWeights.load(task, file).lines().forEach(notices);
        }
        return untrained;
    }

    @Override
    public Evaluator evaluator(Optional<MovingAverage> average, TrainingListener listener) {
        return new PretrainingEvaluator(
                run.config().evaluate(), run.plan(), curriculum, online, diagnostics, pictures::writeSamples, listener);
    }

    @Override
    public void writeWeights(Optional<MovingAverage> average, RunSummary summary, Consumer<String> notices)
            throws IOException {
        ModelWeights.write(
                task,
                average,
                run.config(),
                run.recipe(),
                summary.steps(),
                run.folder(),
                run.trained().metadata());
    }

    @Override
    public void writeReport(RunReport report) throws IOException {
        pictures.writeReport(report);
    }

    @Override
    public void close() {
        normalisation.close();
    }
}

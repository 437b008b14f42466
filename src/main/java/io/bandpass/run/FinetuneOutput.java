package io.bandpass.run;

import io.bandpass.checkpoint.Checkpoints;
import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.classify.ClassificationTask;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.FinetuneConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.metrics.ClassScores;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.ScoresFile;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.MovingAverage;
import io.bandpass.report.FinetuningReport;
import io.bandpass.report.RunReport;
import io.bandpass.split.TrainedImages;
import io.bandpass.train.Learner;
import io.bandpass.train.ValidationWatch.Look;
import io.bandpass.weights.StoredClassifier;
import io.bandpass.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** What a fine-tuning run leaves besides its checkpoints. */
final class FinetuneOutput {
    private final FinetuneConfig config;
    private final RunFolder folder;
    private final String recipe;
    private final List<String> classes;
    private final TrainedImages trained;

    FinetuneOutput(
            FinetuneConfig config, RunFolder folder, String recipe, List<String> classes, TrainedImages trained) {
        this.config = config;
        this.folder = folder;
        this.recipe = recipe;
        this.classes = classes;
        this.trained = trained;
    }

    /**
     * Writes the classifier of now, that of the moving average where there is one, and the best one so far.
     *
     * @param summary of the run so far
     * @param notices is told why there is no best one, where its checkpoint is damaged or was removed
     */
    void writeWeights(Learner<ClassificationTask> learner, RunSummary summary, Consumer<String> notices)
            throws IOException {
        long step = summary.steps();
        long bestStep = (long) summary.score(Scores.TOP1_BEST_STEP).orElse(0);
        Files.createDirectories(folder.weights(""));
        RunConfig encoder = encoderConfig();
        write(
                StoredModel.CLASSIFIER_FILE,
                NamedTensor.byName(learner.task().classifier().state()),
                learner,
                encoder,
                step);
        if (learner.average().isPresent()) {
            Map<String, Tensor> averages =
                    NamedTensor.byName(learner.average().get().averages());
            write(StoredModel.AVERAGED_CLASSIFIER_FILE, averages, learner, encoder, step);
        }
        Files.deleteIfExists(folder.weights(StoredModel.BEST_CLASSIFIER_FILE));
        try {
            Optional<Saved> best =
                    new Checkpoints(folder.checkpoints(), config.checkpoint().keep()).best();
            if (best.isPresent() && best.get().state().step() == bestStep) {
                writeBest(learner, best.get(), encoder);
            } else if (bestStep > 0) {
                notices.accept("the classifier of the best step is not written, as the checkpoint of step " + bestStep
                        + " is no longer there");
            }
        } catch (WeightsException e) {
            notices.accept(
                    "the classifier of the best step is not written, as its checkpoint is damaged: " + e.getMessage());
        }
    }

    /** Of several classifiers, the one that was looked at. */
    private void writeBest(Learner<ClassificationTask> learner, Saved best, RunConfig encoder) throws IOException {
        boolean averaged = learner.average().isPresent();
        try (TensorFile stored = averaged ? best.optimizer() : best.model()) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            for (NamedTensor each : learner.task().classifier().state()) {
                String name = each.name();
                state.put(name, stored.get(averaged ? MovingAverage.stateName(name) : name));
            }
            write(
                    StoredModel.BEST_CLASSIFIER_FILE,
                    state,
                    learner,
                    encoder,
                    best.state().step());
        }
    }

    private void write(
            String name, Map<String, Tensor> state, Learner<ClassificationTask> learner, RunConfig encoder, long step)
            throws IOException {
        StoredClassifier.write(
                folder.weights(name),
                state,
                learner.task().classifier().headNorm(),
                config,
                encoder,
                classes,
                recipe,
                step,
                trained.metadata());
    }

    /** A configuration of pre-training with this encoder: what the encoder of any weights file is described by. */
    private RunConfig encoderConfig() {
        RunConfig described = ConfigBuilder.of(RunConfig.class)
                .set("train.seed", Long.toString(config.train().seed()), "the configuration")
                .pretrained(config, "the configuration")
                .build();
        return ConfigBuilder.with(described, "data", config.data());
    }

    /**
     * Writes scores.json and report.html.
     *
     * @param introduction what was trained, on what, and what it began with, in sentences
     * @param look at the held-out images
     */
    void writeReport(
            RunSummary summary,
            RunFacts facts,
            String introduction,
            Look<ClassificationScores> look,
            Map<String, String> badImages)
            throws IOException {
        ClassScores scores = new ClassScores(
                look.step(),
                classes,
                look.scores().classAccuracies(),
                look.scores().confusion());
        AtomicFiles.writeText(folder.scores(), ScoresFile.toJson(scores));
        RunReport run = new RunReport(
                recipe,
                summary,
                MetricsFile.read(folder.metrics()),
                facts.lines(),
                ConfigBuilder.toYaml(config),
                badImages,
                NextCommands.after(folder, summary));
        FinetuningReport report = new FinetuningReport(run, introduction, facts.stepsPerEpoch(), scores);
        AtomicFiles.write(folder.report(), report::write);
    }
}

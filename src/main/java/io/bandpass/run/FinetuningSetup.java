package io.bandpass.run;

import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.classify.ClassificationTask;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.distributed.Communicator;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.eval.Validation;
import io.bandpass.format.AtomicFiles;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.Normalisation;
import io.bandpass.optim.MovingAverage;
import io.bandpass.report.RunReport;
import io.bandpass.text.Counts;
import io.bandpass.train.Evaluator;
import io.bandpass.train.PeriodicEvaluator;
import io.bandpass.train.ValidationResult;
import io.bandpass.weights.ClassifierWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** Setup of a fine-tuning session: the classifier, its validation on the held-out images, and its output. */
final class FinetuningSetup implements TrainingSetup {
    private final RunContext<FinetuningConfig> run;
    private final List<String> classes;
    private final ClassificationTask task;
    private final Normalisation normalisation;
    private final Validation validation;
    private final FinetuneOutput output;
    private @Nullable PeriodicEvaluator<ClassificationScores> evaluator;
    private @Nullable ValidationResult<ClassificationScores> last;

    FinetuningSetup(RunContext<FinetuningConfig> run) throws IOException {
        this.run = run;
        FinetuningConfig config = run.config();
        classes = run.datasets().train().classNames();
        task = new ClassificationTask(config, classes.size(), run.compute(), headNorm());
        normalisation = new Normalisation(
                config.data().mean(), config.data().std(), run.compute().device());
        validation = new Validation(
                task.classifier(),
                normalisation,
                new Preprocessing(
                        config.validationSize(),
                        PreprocessConfig.crop(config.validate().cropRatio())),
                config.validate().batchSize(),
                run.compute(),
                Communicator.single());
        output = new FinetuneOutput(run, task.classifier(), classes);
    }

    /**
     * Returns whether a ConvNeXt has its head norm before or after the mean, and records it so that a resumed run keeps
     * it. Runs of Bandpass 0.1.0, which did not record it, have it before the mean.
     */
    private HeadNorm headNorm() throws IOException {
        if (!(run.config().encoder() instanceof ConvNeXtConfig)) {
            return HeadNorm.AFTER_MEAN;
        }
        Path file = run.folder().headNorm();
        if (!Files.exists(file)) {
            HeadNorm norm = run.state().isPresent() ? HeadNorm.BEFORE_MEAN : HeadNorm.AFTER_MEAN;
            AtomicFiles.writeText(file, norm.word());
            return norm;
        }
        return HeadNorm.of(Files.readString(file))
                .orElseThrow(
                        () -> new RunFolderException(file + " is damaged: it must hold after-mean or before-mean"));
    }

    @Override
    public ClassificationTask task() {
        return task;
    }

    @Override
    public Map<String, String> facts() {
        return Map.of(
                "task",
                String.format(
                        Locale.ROOT,
                        "classification of %s, %s pooling, %s",
                        Counts.of(classes.size(), "class"),
                        run.config().pooling(),
                        run.initFrom().map(weights -> "from " + weights).orElse("from scratch")));
    }

    @Override
    public int imageSizeAt(long step) {
        return run.config().encoder().imageSize();
    }

    @Override
    public Map<String, Double> loadInitial(Path weights, Consumer<String> notices) throws IOException {
        try (WeightsFile file = WeightsFile.ofClassifier(weights)) {
            boolean sameClasses = ClassifierWeights.classNames(file).equals(classes);
            ClassifierWeights.load(task.classifier(), file, sameClasses).lines().forEach(notices);
        }
        RunSetup.unfinished(weights).ifPresent(notices);
        return Map.of();
    }

    @Override
    public Evaluator evaluator(Optional<MovingAverage> average, TrainingListener listener) {
        evaluator = new PeriodicEvaluator<>(
                run.config(),
                PeriodicEvaluator.Interval.ofEpochs(
                        run.config().validate().everyEpochs(),
                        run.config().validate().stopAfterEpochs(),
                        run.plan()),
                run.plan(),
                Scores.TOP1,
                MovingAverage.during(average, this::scores),
                listener);
        return evaluator;
    }

    private ClassificationScores scores() {
        ImageSource heldOut = run.datasets().heldOut().orElseThrow();
        try (PointerScope scope = new PointerScope()) {
            return validation.scores(heldOut, heldOut::label, run.datasets().bad());
        }
    }

    @Override
    public void complete(long step) {
        last = Objects.requireNonNull(evaluator).latestOr(step);
    }

    @Override
    public void writeWeights(Optional<MovingAverage> average, RunSummary summary, Consumer<String> notices)
            throws IOException {
        output.writeWeights(average, summary, notices);
    }

    @Override
    public void writeReport(RunReport report) throws IOException {
        output.writeReport(report, introduction(), Objects.requireNonNull(last));
    }

    private String introduction() {
        return String.format(
                Locale.ROOT,
                "An encoder with a head was trained to tell %s apart, with the labels of %s. %s%s",
                Counts.of(classes.size(), "class"),
                Counts.of(run.datasets().train().size(), "image"),
                run.initFrom()
                        .map(weights -> "It began with the weights in " + weights + ".")
                        .orElse("It began with random weights."),
                run.config().labels().validationFraction() > 0
                        ? " What is called held-out here is a part of the training images (labels.validation-fraction)."
                        : "");
    }

    @Override
    public void close() {
        normalisation.close();
    }
}

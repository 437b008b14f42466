package io.bandpass.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.classify.ClassificationTask;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.FinetuneConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.eval.Validation;
import io.bandpass.format.AtomicFiles;
import io.bandpass.machine.Environment;
import io.bandpass.machine.Machine;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.SummaryFile;
import io.bandpass.metrics.TensorBoardFile;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.Normalisation;
import io.bandpass.optim.MovingAverage;
import io.bandpass.split.OldSplits;
import io.bandpass.split.RunSplit;
import io.bandpass.split.TrainedImages;
import io.bandpass.text.Counts;
import io.bandpass.text.Json;
import io.bandpass.torch.Precision;
import io.bandpass.train.Learner;
import io.bandpass.train.RunPlan;
import io.bandpass.train.TrainingLoop;
import io.bandpass.train.ValidationWatch;
import io.bandpass.train.ValidationWatch.Look;
import io.bandpass.weights.StoredClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;

/** One session of a fine-tuning run: opens everything, runs the loop, closes. */
public final class FinetuningSession extends RunSession<FinetuneConfig> {
    /** The command that starts and resumes such a run. */
    static final String COMMAND = "finetune";

    private static final ObjectMapper JSON = Json.mapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Kind<FinetuneConfig> KIND =
            new Kind<>(COMMAND, "--weights", FinetuneConfig.class, FinetuningSession::new);

    private FinetuningSession(RunFolder folder, String recipe, Optional<Path> initFrom, Hooks hooks) {
        super(folder, recipe, initFrom, hooks);
    }

    /**
     * A new run in a folder of its own.
     *
     * @param weights to begin with; nothing for training from scratch
     */
    public static RunSummary start(
            FinetuneConfig asked, String recipe, Path out, boolean overwrite, Optional<Path> weights, Hooks hooks)
            throws IOException {
        return start(KIND, asked, recipe, out, overwrite, weights, hooks);
    }

    /** The next session of a run. */
    public static RunSummary resume(Path out, List<String> settings, Hooks hooks) throws IOException {
        return resume(KIND, out, settings, hooks);
    }

    @Override
    RunSummary train(FinetuneConfig asked, Optional<Saved> checkpoint, BadImages bad) throws IOException {
        Machine machine = Machine.start(asked);
        Device device = machine.device();
        Precision precision = machine.precision();
        RunSplit split =
                RunSplit.of(folder, OldSplits.ofFinetuning(asked), OldSplits.ofFinetuning(asked), initFrom, checkpoint);
        Datasets whole = LabelledData.whole(asked, split.choice(), bad);
        Datasets datasets = LabelledData.few(asked, whole);
        notices.addAll(datasets.notices());
        // A new run is refused without them.
        ImageSource heldOut = datasets.heldOut()
                .orElseThrow(() -> new RunFolderException(
                        "the images that the run held out are not there any more: a resumed run needs the same ones;"
                                + " start a new one"));
        int images = datasets.train().size();
        List<String> classes = datasets.train().classNames();
        // Refuse another set of images before anything is written that the next resume would read.
        Optional<TrainingState> state = state(checkpoint, images, bad);
        refuseOtherClasses(classes);
        TrainedImages trained = split.settle(whole, true);
        FinetuneConfig config = RunPlan.resolve(machine.choose(asked), images, Environment.memoryBytes(), notices);
        RunPlan plan = RunPlan.of(config, images);
        writeResolved(config, checkpoint);
        HeadNorm norm = headNorm(config.encoder(), state.isPresent());
        long startStep = state.map(TrainingState::step).orElse(0L);
        try (Learner<ClassificationTask> learner =
                        new Learner<>(new ClassificationTask(config, classes.size(), precision, device, norm), config);
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), device);
                RunLog log = new RunLog(folder.log());
                MetricsFile metrics = new MetricsFile(folder.metrics(), keptStep(state));
                TensorBoardFile tensorBoard = new TensorBoardFile(folder.tensorBoard(), keptStep(state))) {
            RunFacts facts = RunSetup.facts(
                    firstConfig(FinetuneConfig.class),
                    config,
                    plan,
                    datasets,
                    learner.task(),
                    Map.of("task", describe(config, classes.size())),
                    precision,
                    device,
                    folder,
                    startStep);
            TrainingListener listener = begin(facts, log, metrics, tensorBoard);
            load(learner, checkpoint, classes, listener);
            Validation validation = new Validation(
                    learner.task().classifier(),
                    normalisation,
                    new Preprocessing(
                            config.validationSize(),
                            PreprocessConfig.crop(config.validate().cropRatio())),
                    config.validate().batchSize(),
                    precision,
                    device);
            Supplier<ClassificationScores> plain = () -> scores(validation, heldOut, bad);
            Supplier<ClassificationScores> averaged = learner.average()
                    .map(average -> (Supplier<ClassificationScores>) () -> average.during(plain))
                    .orElse(plain);
            TrainingLoop.Outcome outcome;
            Look<ClassificationScores> look;
            try (ValidationWatch<ClassificationScores> watch =
                            new ValidationWatch<>(config, plan, Scores.TOP1, averaged, listener);
                    BatchLoader loader = PretrainingSession.loader(
                            config, plan, step -> config.encoder().imageSize(), datasets.train(), bad, startStep)) {
                outcome = new TrainingLoop(
                                config, plan, learner, watch, bad, images, folder, listener, hooks.stop(), state)
                        .run(loader);
                look = watch.latestOr(outcome.state().step());
            }
            RunSummary summary = RunSetup.summary(outcome, plan);
            FinetuneOutput output = new FinetuneOutput(config, folder, recipe, classes, trained);
            return end(
                    summary,
                    bad,
                    listener,
                    () -> output.writeWeights(learner, summary, listener::onNotice),
                    () -> output.writeReport(
                            summary, facts, introduction(classes.size(), images), look, bad.reasons()));
        }
    }

    /**
     * Where a ConvNeXt has the norm before its head; the run goes on as it began. One of Bandpass 0.1.0, which did not say
     * it, has it before the mean.
     */
    private HeadNorm headNorm(EncoderConfig encoder, boolean resumes) throws IOException {
        if (!(encoder instanceof ConvNeXtConfig)) {
            return HeadNorm.AFTER_MEAN;
        }
        Path file = folder.headNorm();
        if (!Files.exists(file)) {
            HeadNorm norm = resumes ? HeadNorm.BEFORE_MEAN : HeadNorm.AFTER_MEAN;
            AtomicFiles.writeText(file, norm.word());
            return norm;
        }
        return HeadNorm.of(Files.readString(file))
                .orElseThrow(
                        () -> new RunFolderException(file + " is damaged: it must hold after-mean or before-mean"));
    }

    /** A head is of classes in an order: a resumed run needs the same ones. */
    private void refuseOtherClasses(List<String> classes) throws IOException {
        Path file = folder.classes();
        if (!Files.exists(file)) {
            AtomicFiles.writeText(file, JSON.writeValueAsString(classes) + "\n");
        } else if (!storedClasses(file).equals(classes)) {
            throw new RunFolderException("the run began with other classes than there are now; see " + file
                    + ": a resumed run needs the same ones; start a new one");
        }
    }

    private List<String> storedClasses(Path file) throws IOException {
        RunFolderException damaged = RunFolder.damaged(file, "is damaged: it is no list of class names");
        List<String> names = new ArrayList<>();
        try {
            for (JsonNode name : JSON.readTree(folder.text(file))) {
                if (!name.isTextual()) {
                    throw damaged;
                }
                names.add(name.textValue());
            }
        } catch (JsonProcessingException e) {
            throw damaged;
        }
        if (names.isEmpty()) {
            throw damaged;
        }
        return names;
    }

    private static ClassificationScores scores(Validation validation, ImageSource heldOut, BadImages bad) {
        try (PointerScope scope = new PointerScope()) {
            return validation.scores(heldOut, heldOut::label, bad);
        }
    }

    private void load(
            Learner<ClassificationTask> learner,
            Optional<Saved> checkpoint,
            List<String> classes,
            TrainingListener listener)
            throws IOException {
        if (checkpoint.isPresent()) {
            learner.load(checkpoint.get()).lines().forEach(listener::onNotice);
        } else if (initFrom.isPresent()) {
            Path weights = initFrom.get();
            boolean sameClasses = StoredClassifier.classNamesOf(weights).equals(classes);
            StoredClassifier.load(learner.task().classifier(), weights, sameClasses)
                    .lines()
                    .forEach(listener::onNotice);
            learner.average().ifPresent(MovingAverage::restart);
            unfinished(weights).ifPresent(listener::onNotice);
        }
    }

    /** What to tell people where weights are those of a run that was stopped. */
    private static Optional<String> unfinished(Path weights) throws IOException {
        Path summary = new RunFolder(weights).summary();
        if (!Files.isRegularFile(summary)) {
            return Optional.empty();
        }
        RunSummary run;
        try {
            run = SummaryFile.read(summary);
        } catch (RunFolderException e) {
            return Optional.of("it is not known whether the run " + weights + " has ended: " + e.getMessage());
        }
        return run.outcome().equals(RunSetup.DONE)
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "the run %s was stopped after %s, and its weights are those of then",
                        weights,
                        Counts.of(run.steps(), "step")));
    }

    private String describe(FinetuneConfig config, int classes) {
        return String.format(
                Locale.ROOT,
                "classification of %s, %s pooling, %s",
                Counts.of(classes, "class"),
                config.pooling(),
                initFrom.map(weights -> "from " + weights).orElse("from scratch"));
    }

    private String introduction(int classes, int images) {
        return String.format(
                Locale.ROOT,
                "An encoder with a head was trained to tell %s apart, with the labels of %s. %s",
                Counts.of(classes, "class"),
                Counts.of(images, "image"),
                initFrom.map(weights -> "It began with the weights in " + weights + ".")
                        .orElse("It began with random weights."));
    }
}

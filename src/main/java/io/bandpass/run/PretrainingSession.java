package io.bandpass.run;

import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.RunConfig;
import io.bandpass.config.TrainingConfig;
import io.bandpass.data.Augmentation;
import io.bandpass.data.BadImages;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.Datasets;
import io.bandpass.data.EpochOrder;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SplitRule;
import io.bandpass.eval.OnlineScores;
import io.bandpass.machine.Environment;
import io.bandpass.machine.Machine;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.TensorBoardFile;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.Normalisation;
import io.bandpass.optim.MovingAverage;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.split.OldSplits;
import io.bandpass.split.RunSplit;
import io.bandpass.split.TrainedImages;
import io.bandpass.torch.Precision;
import io.bandpass.train.Curriculum;
import io.bandpass.train.Learner;
import io.bandpass.train.RunPlan;
import io.bandpass.train.TrainingLoop;
import io.bandpass.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToIntFunction;
import org.bytedeco.pytorch.Device;

/** One session of a pre-training run: opens everything, runs the loop, closes. */
public final class PretrainingSession extends RunSession<RunConfig> {
    /** The command that starts and resumes such a run. */
    static final String COMMAND = "pretrain";

    private static final Kind<RunConfig> KIND =
            new Kind<>(COMMAND, "--init-from", RunConfig.class, PretrainingSession::new);

    private PretrainingSession(RunFolder folder, String recipe, Optional<Path> initFrom, Hooks hooks) {
        super(folder, recipe, initFrom, hooks);
    }

    /** A new run in a folder of its own. */
    public static RunSummary start(
            RunConfig asked, String recipe, Path out, boolean overwrite, Optional<Path> initFrom, Hooks hooks)
            throws IOException {
        return start(KIND, asked, recipe, out, overwrite, initFrom, hooks);
    }

    /** The next session of a run. */
    public static RunSummary resume(Path out, List<String> settings, Hooks hooks) throws IOException {
        return resume(KIND, out, settings, hooks);
    }

    @Override
    RunSummary train(RunConfig asked, Optional<Saved> checkpoint, BadImages bad) throws IOException {
        Machine machine = Machine.start(asked);
        Device device = machine.device();
        Precision precision = machine.precision();
        RunSplit split = RunSplit.of(
                folder,
                SplitRule.stratified(asked.train().seed(), asked.evaluate().heldOutFraction()),
                OldSplits.ofPretraining(asked),
                initFrom,
                checkpoint);
        Datasets datasets = Datasets.open(asked.data(), asked.data().paths(), split.choice(), bad);
        notices.addAll(datasets.notices());
        int images = datasets.train().size();
        // Refuses another set of images before anything is written that the next resume would read.
        Optional<TrainingState> state = state(checkpoint, images, bad);
        TrainedImages trained = split.settle(datasets, false);
        RunConfig config = RunPlan.resolve(machine.choose(asked), images, Environment.memoryBytes(), notices);
        RunPlan plan = RunPlan.of(config, images);
        Curriculum curriculum = new Curriculum(config, plan.stepsPerEpoch());
        writeResolved(config, checkpoint);
        long startStep = state.map(TrainingState::step).orElse(0L);
        try (Learner<PretextTask> learner = new Learner<>(PretextTasks.create(config, precision, device), config);
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), device);
                RunLog log = new RunLog(folder.log());
                MetricsFile metrics = new MetricsFile(folder.metrics(), keptStep(state));
                TensorBoardFile tensorBoard = new TensorBoardFile(folder.tensorBoard(), keptStep(state))) {
            PretextTask model = learner.task();
            RunConfig first = firstConfig(RunConfig.class);
            RunFacts facts = RunSetup.facts(
                    first,
                    config,
                    plan,
                    datasets,
                    model,
                    task(config, curriculum),
                    precision,
                    device,
                    folder,
                    startStep);
            TrainingListener listener = begin(facts, log, metrics, tensorBoard);
            Optional<OnlineScores> online = datasets.heldOut()
                    .map(heldOut -> new OnlineScores(
                            model.encoder(),
                            normalisation,
                            precision,
                            device,
                            datasets.train(),
                            heldOut,
                            bad,
                            config.evaluate(),
                            config.train().seed()));
            Optional<TrainingState> begin = state;
            if (checkpoint.isPresent()) {
                learner.load(checkpoint.get()).lines().forEach(listener::onNotice);
            } else if (initFrom.isPresent()) {
                begin = Optional.of(TrainingState.start(untrained(online), images));
                StoredModel.load(model, initFrom.get(), false).lines().forEach(listener::onNotice);
                learner.average().ifPresent(MovingAverage::restart);
            }
            RunPictures pictures = new RunPictures(config, model, datasets, folder);
            TrainingLoop.Outcome outcome;
            try (PretrainingWatch watch = new PretrainingWatch(
                            config.evaluate(),
                            plan,
                            curriculum,
                            model.encoder().state(),
                            online,
                            pictures::writeSamples,
                            listener);
                    BatchLoader loader =
                            loader(config, plan, curriculum::imageSizeAt, datasets.train(), bad, startStep)) {
                outcome = new TrainingLoop(
                                config, plan, learner, watch, bad, images, folder, listener, hooks.stop(), begin)
                        .run(loader);
            }
            RunSummary summary = RunSetup.summary(outcome, plan);
            return end(
                    summary,
                    bad,
                    listener,
                    () -> StoredModel.write(
                            learner.task(),
                            learner.average(),
                            config,
                            recipe,
                            summary.steps(),
                            folder,
                            trained.metadata()),
                    () -> pictures.writeReport(recipe, summary, facts, bad.reasons()));
        }
    }

    private static Map<String, String> task(RunConfig config, Curriculum curriculum) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("task", config.task().describe(config));
        curriculum.describe().ifPresent(stages -> lines.put("curriculum", stages));
        return lines;
    }

    /** Of an encoder that is about to be given weights. */
    private static Map<String, Double> untrained(Optional<OnlineScores> online) {
        Map<String, Double> scores = new LinkedHashMap<>();
        online.ifPresent(
                each -> each.encoder().knnTop1().ifPresent(top1 -> scores.put(Scores.KNN_TOP1_UNTRAINED, top1)));
        return scores;
    }

    /**
     * The loader of a run.
     *
     * @param imageSizeAt edge of the images of a step, in pixels
     */
    public static BatchLoader loader(
            TrainingConfig config,
            RunPlan plan,
            LongToIntFunction imageSizeAt,
            ImageSource train,
            BadImages bad,
            long startStep) {
        long seed = config.train().seed();
        return new BatchLoader(
                train,
                new EpochOrder(train.size(), config.augment().repeats(), seed),
                step -> new Augmentation(config.augment(), config.data().mean(), imageSizeAt.applyAsInt(step), seed),
                bad,
                plan.batchSize(),
                plan.stepsPerEpoch(),
                startStep,
                plan.totalSteps(),
                config.data().workers().orElseThrow());
    }
}

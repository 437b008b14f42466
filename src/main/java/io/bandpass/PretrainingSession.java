package io.bandpass;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.checkpoint.AtomicFiles;
import io.bandpass.checkpoint.Checkpoints;
import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigDifference;
import io.bandpass.config.RunConfig;
import io.bandpass.data.Augmentation;
import io.bandpass.data.BadImages;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.Datasets;
import io.bandpass.data.EpochOrder;
import io.bandpass.data.ImageSource;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.RunLines;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.SummaryFile;
import io.bandpass.metrics.TensorBoardFile;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.metrics.TrainingListeners;
import io.bandpass.nn.Normalisation;
import io.bandpass.optim.MovingAverage;
import io.bandpass.pretext.PretextTask;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Precision;
import io.bandpass.train.Curriculum;
import io.bandpass.train.Learner;
import io.bandpass.train.OnlineKnn;
import io.bandpass.train.PretrainingLoop;
import io.bandpass.train.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.bytedeco.pytorch.Device;

/** One session of a pre-training run, from the locked folder to the report: opens everything, runs the loop, closes. */
final class PretrainingSession {
    private final RunFolder folder;
    private final String recipe;
    private final List<String> notices = new ArrayList<>();
    private final List<TrainingListener> listeners;
    private final BooleanSupplier stop;

    private PretrainingSession(
            RunFolder folder, String recipe, List<TrainingListener> listeners, BooleanSupplier stop) {
        this.folder = folder;
        this.recipe = recipe;
        this.listeners = listeners;
        this.stop = stop;
    }

    /** A new run in a folder of its own. */
    static RunSummary start(
            RunConfig asked,
            String recipe,
            Path out,
            boolean overwrite,
            Optional<Path> initFrom,
            List<TrainingListener> listeners,
            BooleanSupplier stop)
            throws IOException {
        try (RunFolder folder = new RunFolder(out)) {
            refuseContent(folder, overwrite);
            PretrainingSession session = new PretrainingSession(folder, recipe, listeners, stop);
            RunConfig located = RunSetup.locate(asked);
            folder.lock();
            // Another run may have come and gone since.
            refuseContent(folder, overwrite);
            folder.removeContent();
            AtomicFiles.writeText(folder.recipe(), recipe);
            if (initFrom.isPresent()) {
                AtomicFiles.writeText(
                        folder.initFrom(), initFrom.get().toAbsolutePath().toString());
            }
            AtomicFiles.writeText(folder.config(), ConfigBuilder.toYaml(located));
            return session.guarded(located, bad -> session.train(located, Optional.empty(), initFrom, bad));
        }
    }

    private static void refuseContent(RunFolder folder, boolean overwrite) {
        if (!folder.isEmpty() && !overwrite) {
            throw new RunFolderException(folder.root() + " is not empty: use --resume " + folder.root()
                    + " to go on with it, --overwrite to start anew, or another --out");
        }
    }

    /** The next session of a run. */
    static RunSummary resume(Path out, List<String> settings, List<TrainingListener> listeners, BooleanSupplier stop)
            throws IOException {
        try (RunFolder folder = new RunFolder(out)) {
            if (!Files.isRegularFile(folder.config())) {
                throw new RunFolderException(out + " is no run folder: it has no config.yaml");
            }
            folder.lock();
            RunConfig stored =
                    read(Files.isRegularFile(folder.resolvedConfig()) ? folder.resolvedConfig() : folder.config());
            refuseChanges(stored, settings);
            if (Files.exists(folder.done())) {
                RunSummary summary = SummaryFile.read(folder.summary());
                String sentence =
                        out + " has ended already, after %d steps; nothing is left to do".formatted(summary.steps());
                listeners.forEach(listener -> listener.onNotice(sentence));
                return summary;
            }
            String recipe = Files.readString(folder.recipe());
            PretrainingSession session = new PretrainingSession(folder, recipe, listeners, stop);
            Optional<Saved> checkpoint =
                    new Checkpoints(folder.checkpoints(), stored.checkpoint().keep()).newest();
            Optional<Path> initFrom = Files.exists(folder.initFrom())
                    ? Optional.of(Path.of(Files.readString(folder.initFrom())))
                    : Optional.empty();
            return session.guarded(stored, bad -> session.train(stored, checkpoint, initFrom, bad));
        }
    }

    private static RunConfig read(Path file) throws IOException {
        return ConfigBuilder.fromYaml(Files.readString(file), file.toString());
    }

    private static void refuseChanges(RunConfig stored, List<String> settings) {
        ConfigBuilder changed = new ConfigBuilder().yaml(ConfigBuilder.toYaml(stored), "the stored configuration");
        settings.forEach(changed::set);
        List<ConfigDifference> differences = ConfigDifference.between(stored, changed.build());
        if (!differences.isEmpty()) {
            throw new RunFolderException("a resumed run keeps its settings, but these differ: "
                    + String.join(
                            ", ",
                            differences.stream().map(ConfigDifference::toString).toList())
                    + "; resume without them, or start a new run with --init-from");
        }
    }

    private interface Work {
        RunSummary run(BadImages bad) throws IOException;
    }

    /** Leaves FAILED with the reason, and the list of bad images, when a run fails. */
    private RunSummary guarded(RunConfig config, Work work) throws IOException {
        Files.deleteIfExists(folder.failed());
        BadImages bad = new BadImages(config.data().maxBad());
        try {
            return work.run(bad);
        } catch (IOException | RuntimeException e) {
            try {
                leaveTraces(e, bad);
            } catch (IOException full) {
                e.addSuppressed(full);
            }
            throw e;
        }
    }

    private void leaveTraces(Exception error, BadImages bad) throws IOException {
        if (bad.size() > 0) {
            BadImageList.write(folder.badImages(), bad.reasons());
        }
        // A listener may throw when all is done.
        if (!Files.exists(folder.done())) {
            String reason = error.getMessage() == null ? error.toString() : error.getMessage();
            AtomicFiles.writeText(folder.failed(), reason + "\n");
        }
    }

    private RunSummary train(RunConfig asked, Optional<Saved> checkpoint, Optional<Path> initFrom, BadImages bad)
            throws IOException {
        Machine machine = Machine.start(asked);
        Device device = machine.device();
        Precision precision = machine.precision();
        Datasets datasets = Datasets.open(
                asked.data(),
                asked.data().paths(),
                asked.train().seed(),
                asked.evaluate().heldOutFraction(),
                bad);
        int images = datasets.train().size();
        RunConfig config = RunPlan.resolve(machine.choose(asked), images, Environment.memoryBytes(), notices);
        RunPlan plan = RunPlan.of(config, images);
        AtomicFiles.writeText(folder.resolvedConfig(), ConfigBuilder.toYaml(config));
        AtomicFiles.writeText(
                folder.environment(),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(Environment.describe()) + "\n");

        Optional<TrainingState> state = checkpoint.map(Saved::state);
        long startStep = state.map(TrainingState::step).orElse(0L);
        // Without a checkpoint nothing that an earlier session wrote stands, not even its look at step 0.
        long keptStep = checkpoint.isPresent() ? startStep : -1;
        state.ifPresent(saved -> checkSameImages(saved, images));
        state.ifPresent(saved -> saved.badImages().forEach(bad::add));
        try (Learner learner = new Learner(config, precision, device);
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), device);
                RunLog log = new RunLog(folder.log());
                MetricsFile metrics = new MetricsFile(folder.metrics(), keptStep);
                TensorBoardFile tensorBoard = new TensorBoardFile(folder.tensorBoard(), keptStep)) {
            PretextTask model = learner.task();
            List<TrainingListener> all = new ArrayList<>(listeners);
            all.addAll(List.of(new RunLines(log::line, Engine::residentBytes), metrics, tensorBoard));
            TrainingListener listener = new TrainingListeners(all);
            // As it was asked for at the very start: what is resolved has absolute rates only.
            RunConfig first = read(folder.config());
            RunFacts facts = RunSetup.facts(first, config, plan, datasets, model, precision, device, folder, startStep);
            listener.onStart(facts);
            notices.forEach(listener::onNotice);
            Optional<OnlineKnn> knn = datasets.heldOut()
                    .map(heldOut -> new OnlineKnn(
                            model.encoder(),
                            normalisation,
                            precision,
                            device,
                            datasets.train(),
                            heldOut,
                            bad,
                            config.evaluate()));
            Optional<TrainingState> begin = state;
            if (checkpoint.isPresent()) {
                learner.load(checkpoint.get()).lines().forEach(listener::onNotice);
            } else if (initFrom.isPresent()) {
                begin = Optional.of(TrainingState.beforeGivenWeights(top1(knn), images));
                StoredModel.load(model, initFrom.get(), false).lines().forEach(listener::onNotice);
                learner.average().ifPresent(MovingAverage::restart);
            }
            RunPictures pictures = new RunPictures(config, model, datasets, folder);
            PretrainingLoop loop = new PretrainingLoop(
                    config, plan, learner, knn, pictures::writeSamples, bad, images, folder, listener, stop, begin);
            TrainingState end;
            try (BatchLoader loader = loader(config, plan, datasets.train(), bad, startStep)) {
                end = loop.run(loader);
            }
            RunSummary summary = RunSetup.summary(end, plan);
            StoredModel.write(learner, config, recipe, end.step(), folder);
            BadImageList.write(folder.badImages(), bad.reasons());
            AtomicFiles.writeText(folder.summary(), SummaryFile.toJson(summary));
            pictures.writeReport(recipe, summary, facts, bad.reasons());
            if (summary.outcome().equals(RunSetup.DONE)) {
                AtomicFiles.writeText(folder.done(), summary.steps() + " steps\n");
            }
            listener.onEnd(summary);
            return summary;
        }
    }

    private static OptionalDouble top1(Optional<OnlineKnn> knn) {
        return knn.stream().mapToDouble(OnlineKnn::encoderTop1).findFirst();
    }

    /** The loader of a run. */
    static BatchLoader loader(RunConfig config, RunPlan plan, ImageSource train, BadImages bad, long startStep) {
        long seed = config.train().seed();
        Curriculum curriculum = new Curriculum(config, plan.stepsPerEpoch());
        return new BatchLoader(
                train,
                new EpochOrder(train.size(), seed),
                step -> new Augmentation(config.augment(), curriculum.imageSizeAt(step), seed),
                bad,
                plan.batchSize(),
                plan.stepsPerEpoch(),
                startStep,
                plan.totalSteps(),
                config.data().workers().orElseThrow());
    }

    private static void checkSameImages(TrainingState saved, int images) {
        if (saved.images() != images) {
            throw new RunFolderException(
                    "the run began with %d images and there are %d now: a resumed run needs the same ones; start a new run with --init-from"
                            .formatted(saved.images(), images));
        }
    }
}

package io.bandpass.run;

import io.bandpass.BandpassException;
import io.bandpass.checkpoint.BadImageList;
import io.bandpass.checkpoint.Checkpoints;
import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigDifference;
import io.bandpass.config.RunConfig;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.Datasets;
import io.bandpass.data.EpochOrder;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.format.AtomicFiles;
import io.bandpass.machine.ComputeChoice;
import io.bandpass.machine.Environment;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.RunLines;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.SummaryFile;
import io.bandpass.metrics.TensorBoardFile;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.metrics.TrainingListeners;
import io.bandpass.optim.MovingAverage;
import io.bandpass.report.RunReport;
import io.bandpass.split.RunSplit;
import io.bandpass.split.TrainedImages;
import io.bandpass.task.TrainingTask;
import io.bandpass.text.Counts;
import io.bandpass.text.Json;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Engine;
import io.bandpass.train.Evaluator;
import io.bandpass.train.ModelState;
import io.bandpass.train.TrainingLoop;
import io.bandpass.train.TrainingPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * One session of a run, independent of the task: locks and checks the run folder, verifies that a resumed run keeps its
 * settings, then opens, trains and writes everything in order. What differs between kinds of training is in their
 * {@link RunKind}.
 */
public final class RunSession<C extends Record & RunConfig> {
    /** Notices that are known before there is a listener. */
    private final List<String> notices = new ArrayList<>();

    private final RunKind<C> kind;
    private final RunOrigin origin;
    private final RunFolder folder;
    private final RunCallbacks callbacks;

    private boolean started;

    /**
     * The caller's listeners and stop signal.
     *
     * @param stop polled after each step; when true, the run saves and ends as interrupted
     * @param processes all that train this run together; only the first one writes its folder
     */
    public record RunCallbacks(List<TrainingListener> listeners, BooleanSupplier stop, Communicator processes) {
        /** Those of a run in a single process. */
        public RunCallbacks(List<TrainingListener> listeners, BooleanSupplier stop) {
            this(listeners, stop, Communicator.single());
        }
    }

    private RunSession(RunKind<C> kind, RunOrigin origin, RunCallbacks callbacks) {
        this.kind = kind;
        this.origin = origin;
        folder = origin.folder();
        this.callbacks = callbacks;
    }

    /**
     * Starts a new run in its own folder.
     *
     * @param recipe name of the recipe
     * @param overwrite whether to remove the content of a folder that is not empty
     * @param initFrom initial weights; empty for random ones
     */
    public static <C extends Record & RunConfig> RunSummary start(
            RunKind<C> kind,
            C requested,
            String recipe,
            Path out,
            boolean overwrite,
            Optional<Path> initFrom,
            RunCallbacks callbacks)
            throws IOException {
        if (!callbacks.processes().isFirst()) {
            return RunFollower.follow(kind, Optional.of(requested), callbacks);
        }
        try (RunFolder folder = new RunFolder(out)) {
            RunOrigin.rejectContent(folder, overwrite);
            RunOrigin origin = new RunOrigin(folder, recipe, initFrom.map(Path::toAbsolutePath));
            C located = RunSetup.locate(requested);
            folder.lock();
            // Another run may have used the folder in the meantime.
            RunOrigin.rejectContent(folder, overwrite);
            folder.removeContent();
            origin.write(kind.command(), ConfigBuilder.toYaml(located));
            return new RunSession<>(kind, origin, callbacks).guarded(located, Optional.empty(), true);
        }
    }

    /**
     * Runs the next session of a run; if the run has already ended, only returns its summary.
     *
     * @param settings as for {@link ConfigBuilder#set}; must not differ from those of the run
     */
    public static <C extends Record & RunConfig> RunSummary resume(
            RunKind<C> kind, Path out, List<String> settings, RunCallbacks callbacks) throws IOException {
        if (!callbacks.processes().isFirst()) {
            return RunFollower.follow(kind, Optional.empty(), callbacks);
        }
        try (RunFolder folder = new RunFolder(out)) {
            RunOrigin.rejectOtherFolders(
                    folder,
                    kind.command(),
                    command -> RunKinds.ofCommand(command).isPresent());
            folder.lock();
            C first = StoredConfig.read(kind.config(), folder.config());
            // A process that was killed at the very start has not yet written a resolved configuration.
            C stored = Files.isRegularFile(folder.resolvedConfig())
                    ? StoredConfig.read(kind.config(), folder.resolvedConfig())
                    : first;
            rejectChanges(stored, settings, kind.weightsSetting());
            if (Environment.processes(folder.environment())
                    != callbacks.processes().size()) {
                // The machine is shared by another number of processes now.
                stored = ConfigBuilder.with(
                        stored,
                        stored.data().withWorkers(first.data().workers()),
                        stored.train().withThreads(first.train().threads()));
            }
            if (Files.exists(folder.done())) {
                RunSummary summary = SummaryFile.read(folder.summary());
                String sentence = out
                        + String.format(
                                Locale.ROOT,
                                " has ended already, after %s; nothing is left to do",
                                Counts.of(summary.steps(), "step"));
                callbacks.listeners().forEach(listener -> listener.onNotice(sentence));
                RunFollower.announceEnded(callbacks.processes(), out);
                return summary;
            }
            RunSession<C> session = new RunSession<>(kind, RunOrigin.read(folder), callbacks);
            Optional<Saved> checkpoint =
                    new Checkpoints(folder.checkpoints(), stored.checkpoint().keep()).newest();
            if (checkpoint.isPresent()) {
                checkpoint.get().check();
            }
            return session.guarded(stored, checkpoint, false);
        }
    }

    /**
     * Resumes a run that was started with the same configuration.
     *
     * @throws RunFolderException if it was started with another one
     */
    static <C extends Record & RunConfig> RunSummary resumeSame(
            RunKind<C> kind, C requested, Path out, Optional<Path> initFrom, RunCallbacks callbacks)
            throws IOException {
        if (callbacks.processes().isFirst()) {
            RunFolder folder = new RunFolder(out);
            RunOrigin.rejectOtherFolders(
                    folder,
                    kind.command(),
                    command -> RunKinds.ofCommand(command).isPresent());
            List<ConfigDifference> differences = ConfigDifference.between(
                    StoredConfig.read(kind.config(), folder.config()), RunSetup.locate(requested));
            if (!differences.isEmpty()) {
                throw new RunFolderException("the run in " + out + " was started with other settings: "
                        + differences.stream().map(ConfigDifference::toString).collect(Collectors.joining(", "))
                        + "; use the same ones, or another `out`");
            }
            Optional<Path> before = RunOrigin.read(folder).initFrom();
            if (!before.equals(initFrom.map(Path::toAbsolutePath))) {
                throw new RunFolderException("the run in " + out + " was started with "
                        + before.map(weights -> "the weights " + weights).orElse("random weights")
                        + "; use the same ones, or another `out`");
            }
        }
        return resume(kind, out, List.of(), callbacks);
    }

    /** Trains, from the start or from a checkpoint, and writes all output of the run. */
    private RunSummary train(C requested, Optional<Saved> checkpoint, UnreadableImages unreadable) throws IOException {
        RunContext<C> run = settle(requested, checkpoint, unreadable);
        try (TrainingSetup setup = kind.prepare(run);
                ModelState<TrainingTask> model = new ModelState<>(setup.task(), run.config());
                RunLog log = new RunLog(folder.log());
                MetricsFile metrics = new MetricsFile(folder.metrics(), run.keptStep());
                TensorBoardFile tensorBoard = new TensorBoardFile(folder.tensorBoard(), run.keptStep())) {
            RunFacts facts = RunSetup.facts(StoredConfig.read(kind.config(), folder.config()), run, setup);
            TrainingListener listener = begin(facts, log, metrics, tensorBoard);
            Optional<TrainingState> start = load(run, setup, model, checkpoint, listener);
            RunFollower.announce(callbacks.processes(), folder, run.startStep());
            model.copyFromFirst(callbacks.processes());
            TrainingLoop.Outcome outcome = loop(kind, run, setup, model, start, unreadable, listener, callbacks.stop());
            RunSummary summary = RunSetup.summary(outcome, run.plan());
            setup.writeWeights(model.average(), summary, listener::onNotice);
            BadImageList.write(folder.badImages(), unreadable.reasons());
            AtomicFiles.writeText(folder.summary(), SummaryFile.toJson(summary));
            setup.writeReport(report(run, summary, facts, unreadable));
            if (summary.outcome().equals(RunSetup.DONE)) {
                AtomicFiles.writeText(folder.done(), Counts.of(summary.steps(), "step") + "\n");
            }
            listener.onEnd(summary);
            // The others end when everything is written.
            callbacks.processes().fromFirst(() -> "");
            return summary;
        }
    }

    /** Trains this process's part of the run. */
    static <C extends Record & RunConfig> TrainingLoop.Outcome loop(
            RunKind<C> kind,
            RunContext<C> run,
            TrainingSetup setup,
            ModelState<TrainingTask> model,
            Optional<TrainingState> start,
            UnreadableImages unreadable,
            TrainingListener listener,
            BooleanSupplier stop)
            throws IOException {
        TrainingLoop.Session session = new TrainingLoop.Session(
                run.folder(),
                run.datasets().train().size(),
                unreadable,
                listener,
                stop,
                run.processes(),
                RunSetup.share(kind, run.config(), run.processes()));
        try (Evaluator evaluator = setup.evaluator(model.average(), listener);
                BatchLoader loader = RunSetup.loader(
                        kind,
                        run.config(),
                        run.plan(),
                        setup::imageSizeAt,
                        run.datasets().train(),
                        unreadable,
                        run.startStep(),
                        session.share());
                TrainingLoop loop = new TrainingLoop(run.config(), run.plan(), model, evaluator, session, start)) {
            TrainingLoop.Outcome outcome = loop.run(loader);
            if (run.processes().isFirst()) {
                setup.complete(outcome.state().step());
            }
            return outcome;
        }
    }

    /**
     * Opens the images and settles everything that depends on them and on the machine. Rejects images other than those
     * the run began with, before anything is written that the next session would read.
     */
    private RunContext<C> settle(C requested, Optional<Saved> checkpoint, UnreadableImages unreadable)
            throws IOException {
        Compute compute = ComputeChoice.start(requested);
        if (callbacks.processes().size() > 1 && compute.device().is_cuda()) {
            throw new BandpassException(
                    BandpassException.Kind.DEVICE,
                    "several processes can train only on the CPU so far; use `device` cpu, or one process");
        }
        RunSplit split =
                RunSplit.of(folder, kind.split(requested), kind.oldSplit(requested), origin.initFrom(), checkpoint);
        Datasets all = kind.open(requested, split.choice(), unreadable);
        Datasets datasets = kind.select(requested, all);
        notices.addAll(datasets.notices());
        int images = datasets.train().size();
        EpochOrder.of(
                datasets.train(),
                requested.data(),
                kind.repeats(requested),
                requested.train().seed());
        Optional<TrainingState> state = state(checkpoint, images, unreadable);
        kind.checkResumable(folder, datasets);
        TrainedImages trained = split.settle(all, kind.usesLabels());
        C config = TrainingPlan.resolve(
                ComputeChoice.resolve(requested, compute),
                images,
                Environment.memoryBytes(),
                RunSetup.share(kind, requested, callbacks.processes()),
                notices);
        writeResolved(config, checkpoint);
        return new RunContext<>(origin, config, datasets, trained, compute, state, callbacks.processes());
    }

    /**
     * Loads the checkpoint, or the initial weights of a new run.
     *
     * @return the state that training resumes from, if any
     */
    private Optional<TrainingState> load(
            RunContext<C> run,
            TrainingSetup setup,
            ModelState<?> model,
            Optional<Saved> checkpoint,
            TrainingListener listener)
            throws IOException {
        if (checkpoint.isPresent()) {
            model.load(checkpoint.get()).lines().forEach(listener::onNotice);
        } else if (origin.initFrom().isPresent()) {
            Map<String, Double> before = setup.loadInitial(origin.initFrom().get(), listener::onNotice);
            model.average().ifPresent(MovingAverage::restart);
            return Optional.of(
                    TrainingState.start(before, run.datasets().train().size()));
        }
        return run.state();
    }

    private RunReport report(RunContext<C> run, RunSummary summary, RunFacts facts, UnreadableImages unreadable)
            throws IOException {
        return new RunReport(
                origin.recipe(),
                summary,
                MetricsFile.read(folder.metrics()),
                facts.lines(),
                ConfigBuilder.toYaml(
                        ConfigBuilder.with(run.config(), run.config().data().shown())),
                unreadable.reasons(),
                NextSteps.after(kind, folder, summary));
    }

    /** Creates the listener of the session and notifies it of the start and of all earlier notices. */
    private TrainingListener begin(RunFacts facts, RunLog log, MetricsFile metrics, TensorBoardFile tensorBoard) {
        List<TrainingListener> all = new ArrayList<>(callbacks.listeners());
        all.addAll(List.of(new RunLines(log::line, Engine::residentBytes), metrics, tensorBoard));
        TrainingListener listener = new TrainingListeners(all);
        listener.onStart(facts);
        notices.forEach(listener::onNotice);
        return listener;
    }

    private static <T extends Record & RunConfig> void rejectChanges(
            T stored, List<String> settings, String weightsSetting) {
        ConfigBuilder<T> changed = ConfigBuilder.from(stored);
        settings.forEach(changed::set);
        List<ConfigDifference> differences = ConfigDifference.between(stored, changed.build());
        if (!differences.isEmpty()) {
            throw new RunFolderException("a resumed run keeps its settings, but these differ: "
                    + String.join(
                            ", ",
                            differences.stream().map(ConfigDifference::toString).toList())
                    + "; resume without them, or start a new run with " + weightsSetting);
        }
    }

    /**
     * Trains, and writes FAILED with the reason, and the list of unreadable images, if the run fails. A resumed run
     * that is rejected has not failed; its folder stays as it is. An {@link Error} is rethrown as an exception with the
     * message in FAILED.
     *
     * @param isNew whether this is the first session of the run
     */
    private RunSummary guarded(C config, Optional<Saved> checkpoint, boolean isNew) throws IOException {
        UnreadableImages unreadable = new UnreadableImages(config.data().maxBad());
        try {
            return train(config, checkpoint, unreadable);
        } catch (Error e) {
            recordFailure(e, unreadable, isNew);
            throw BandpassException.of(e);
        } catch (IOException | RuntimeException e) {
            recordFailure(e, unreadable, isNew);
            throw e;
        }
    }

    private void recordFailure(Throwable error, UnreadableImages unreadable, boolean isNew) {
        try {
            if (isNew || started) {
                recordFailure(error, unreadable);
            }
        } catch (IOException full) {
            error.addSuppressed(full);
        }
    }

    private void recordFailure(Throwable error, UnreadableImages unreadable) throws IOException {
        if (error instanceof Error) {
            try (RunLog log = new RunLog(folder.log())) {
                StringWriter trace = new StringWriter();
                error.printStackTrace(new PrintWriter(trace));
                log.line(trace.toString());
            }
        }
        if (unreadable.size() > 0) {
            BadImageList.write(folder.badImages(), unreadable.reasons());
        }
        // A listener may throw after the run is done.
        if (!Files.exists(folder.done())) {
            AtomicFiles.writeText(folder.failed(), BandpassException.reason(error) + "\n");
        }
    }

    /**
     * Writes the resolved configuration and the environment, and adds notices of changes in the environment. From here
     * on a session is no longer rejected: it ends or fails.
     *
     * @param checkpoint the checkpoint to resume from, if any
     */
    private void writeResolved(C config, Optional<Saved> checkpoint) throws IOException {
        Map<String, String> environment =
                Environment.describe(callbacks.processes().size());
        if (checkpoint.isPresent()) {
            notices.addAll(Environment.changes(folder.environment(), environment));
            if (checkpoint.get().isOfFirstVersion()) {
                TrainingPlan.otherParts(config.train()).ifPresent(notices::add);
            }
        }
        started = true;
        Files.deleteIfExists(folder.failed());
        AtomicFiles.writeText(folder.resolvedConfig(), ConfigBuilder.toYaml(config));
        AtomicFiles.writeText(folder.environment(), Json.pretty(environment));
    }

    /** Returns the state of a checkpoint. Rejects one whose number of images differs from the current one. */
    static Optional<TrainingState> state(Optional<Saved> checkpoint, int images, UnreadableImages unreadable) {
        Optional<TrainingState> state = checkpoint.map(Saved::state);
        state.ifPresent(saved -> {
            if (saved.images() != images) {
                throw new RunFolderException(String.format(
                        Locale.ROOT,
                        "the run began with %s and there %s %d now: a resumed run needs the same ones; start a new one",
                        Counts.of(saved.images(), "image"),
                        Counts.choose(images, "is", "are"),
                        images));
            }
            saved.badImages().forEach(unreadable::add);
        });
        return state;
    }
}

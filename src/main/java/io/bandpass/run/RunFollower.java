package io.bandpass.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.BandpassException;
import io.bandpass.BandpassException.Kind;
import io.bandpass.checkpoint.Checkpoints;
import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.ConfigDifference;
import io.bandpass.config.RunConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.distributed.DistributedException;
import io.bandpass.machine.ComputeChoice;
import io.bandpass.metrics.RunLines;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.SummaryFile;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.RunSession.RunCallbacks;
import io.bandpass.split.RunSplit;
import io.bandpass.split.TrainedImages;
import io.bandpass.task.TrainingTask;
import io.bandpass.text.Addresses;
import io.bandpass.text.Json;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Engine;
import io.bandpass.train.ModelState;
import io.bandpass.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A process of a run other than the first. It reads from the run folder what the first one has settled, checks that it
 * has the same configuration and images, and trains its part of each batch. It writes nothing but its log.
 */
final class RunFollower<C extends Record & RunConfig> {
    private final RunKind<C> kind;
    private final RunFolder folder;
    private final long step;
    private final RunCallbacks callbacks;

    private RunFollower(RunKind<C> kind, RunFolder folder, long step, RunCallbacks callbacks) {
        this.kind = kind;
        this.folder = folder;
        this.step = step;
        this.callbacks = callbacks;
    }

    /** Tells the followers where the run is and from which step it goes on, and waits until they are ready. */
    static void announce(Communicator processes, RunFolder folder, long step) throws IOException {
        processes.fromFirst(() -> announcement(folder.root(), step, false));
        processes.gather("");
    }

    /** Tells the followers that the run has ended already. */
    static void announceEnded(Communicator processes, Path folder) throws IOException {
        processes.fromFirst(() -> announcement(folder, 0, true));
    }

    private static String announcement(Path folder, long step, boolean ended) throws IOException {
        return Json.line(Map.of("folder", folder.toAbsolutePath().toString(), "step", step, "ended", ended));
    }

    /**
     * Waits for the first process, and trains with it.
     *
     * @param requested what this process was asked to train; empty on resume
     * @return the summary of the run, without scores
     */
    static <C extends Record & RunConfig> RunSummary follow(
            RunKind<C> kind, Optional<C> requested, RunCallbacks callbacks) throws IOException {
        Communicator processes = callbacks.processes();
        JsonNode announced = Json.mapper().readTree(processes.fromFirst(() -> ""));
        Path root = Path.of(announced.path("folder").asText());
        if (!Files.isDirectory(root)) {
            throw new RunFolderException(String.format(
                    Locale.ROOT,
                    "process %d cannot see the run folder %s of process 0: all processes need the same folder, on a shared file system",
                    processes.rank(),
                    root));
        }
        RunFolder folder = new RunFolder(root);
        if (announced.path("ended").asBoolean()) {
            return SummaryFile.read(folder.summary());
        }
        if (requested.isPresent()) {
            rejectOthers(processes.rank(), StoredConfig.read(kind.config(), folder.config()), requested.get());
        }
        return new RunFollower<>(kind, folder, announced.path("step").asLong(), callbacks).train();
    }

    private static <C extends Record & RunConfig> void rejectOthers(int rank, C first, C requested) {
        List<ConfigDifference> differences = ConfigDifference.between(first, RunSetup.locate(requested));
        if (!differences.isEmpty()) {
            throw new BandpassException(
                    Kind.CONFIGURATION,
                    "process " + rank + " was started with other settings than process 0: "
                            + differences.stream()
                                    .map(ConfigDifference::toString)
                                    .collect(Collectors.joining(", "))
                            + "; start all with the same ones");
        }
    }

    private RunSummary train() throws IOException {
        C config = StoredConfig.read(kind.config(), folder.resolvedConfig());
        UnreadableImages unreadable = new UnreadableImages(config.data().maxBad());
        RunContext<C> run = settle(config, unreadable);
        Path log = folder.log(callbacks.processes().rank());
        Files.createDirectories(log.getParent());
        try (TrainingSetup setup = kind.prepare(run);
                ModelState<TrainingTask> model = new ModelState<>(setup.task(), config);
                RunLog lines = new RunLog(log)) {
            callbacks.processes().gather("");
            model.copyFromFirst(callbacks.processes());
            Optional<TrainingState> start = run.state()
                    .or(() -> run.initFrom()
                            .map(weights -> TrainingState.start(
                                    Map.of(), run.datasets().train().size())));
            TrainingListener listener = new RunLines(lines::line, Engine::residentBytes);
            listener.onStart(RunSetup.facts(StoredConfig.read(kind.config(), folder.config()), run, setup));
            TrainingLoop.Outcome outcome =
                    RunSession.loop(kind, run, setup, model, start, unreadable, listener, callbacks.stop());
            callbacks.processes().fromFirst(() -> "");
            return RunSetup.summary(outcome, run.plan());
        }
    }

    private RunContext<C> settle(C config, UnreadableImages unreadable) throws IOException {
        Communicator processes = callbacks.processes();
        Compute compute = ComputeChoice.start(config);
        Optional<Saved> checkpoint = checkpoint(config);
        RunSplit split = RunSplit.stored(folder, kind.split(config));
        Datasets all = kind.open(config, split.choice(), unreadable);
        Datasets datasets = kind.select(config, all);
        TrainedImages trained;
        try {
            trained = split.settle(all, kind.usesLabels());
        } catch (RunFolderException e) {
            throw new BandpassException(
                    Kind.DATA,
                    String.format(
                            Locale.ROOT,
                            "process %d finds other images in %s than process 0 does: all processes need the same ones",
                            processes.rank(),
                            Addresses.shown(config.data().paths())),
                    e);
        }
        Optional<TrainingState> state =
                RunSession.state(checkpoint, datasets.train().size(), unreadable);
        return new RunContext<>(RunOrigin.read(folder), config, datasets, trained, compute, state, processes);
    }

    private Optional<Saved> checkpoint(C config) throws IOException {
        Optional<Saved> newest =
                new Checkpoints(folder.checkpoints(), config.checkpoint().keep()).newest();
        long found = newest.map(saved -> saved.state().step()).orElse(0L);
        if (found != step) {
            throw new DistributedException(String.format(
                    Locale.ROOT,
                    "process %d finds step %d as the newest checkpoint in %s, and process 0 step %d: the folder is not the same one, or not written through yet; resume again",
                    callbacks.processes().rank(),
                    found,
                    folder.checkpoints(),
                    step));
        }
        return newest;
    }
}

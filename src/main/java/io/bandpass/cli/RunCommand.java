package io.bandpass.cli;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.RunConfig;
import io.bandpass.distributed.Communicator;
import io.bandpass.distributed.NodeLaunch;
import io.bandpass.metrics.RunLines;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunSession;
import io.bandpass.run.RunSession.RunCallbacks;
import io.bandpass.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that starts and resumes runs of a kind of training. */
abstract class RunCommand<C extends Record & RunConfig> implements Callable<Integer> {
    private final RunKind<C> kind;

    @Mixin
    private TrainingOptions options = new TrainingOptions();

    @Spec
    private @Nullable CommandSpec spec;

    RunCommand(RunKind<C> kind) {
        this.kind = kind;
    }

    /** The run that the command's own flags ask for; data and settings are added to it. */
    abstract TrainingRun<C, ?> run();

    /** Whether a flag of the command's own is given. */
    abstract boolean hasOwnFlags();

    /** The flags of the command's own that begin a run, for messages. */
    abstract List<String> ownFlags();

    final TrainingOptions options() {
        return options;
    }

    @Override
    public Integer call() throws IOException {
        if (options.dryRun()) {
            return train(Communicator.single());
        }
        Map<String, String> environment = System.getenv();
        return ProcessGroup.reporting(environment, () -> {
            Optional<NodeLaunch> launch = options.processes().launch(environment);
            return launch.isPresent()
                    ? launch(launch.get())
                    : options.processes().join(environment, this::train);
        });
    }

    /** Starts processes, which all have to name the folder. */
    private int launch(NodeLaunch launch) throws IOException {
        List<String> arguments = new ArrayList<>(
                Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs());
        Path folder = options.resume();
        if (folder == null && options.out() == null && !options.autoResume()) {
            folder = configured().folder();
            arguments.addAll(List.of("--out", folder.toString()));
        } else if (folder == null) {
            folder = Objects.requireNonNullElse(options.out(), Path.of(""));
        }
        boolean goesOn = options.resume() != null || options.autoResume();
        return NodeProcesses.training(
                        launch, arguments, folder, goesOn, options.processes().mostRestarts())
                .run(new StopOnSignal());
    }

    private int train(Communicator processes) throws IOException {
        Path resume = options.resume();
        return resume == null ? start(configured(), processes) : resume(resume, processes);
    }

    private TrainingRun<C, ?> configured() {
        TrainingRun<C, ?> run = run();
        run.overwrite(options.overwrite());
        run.autoResume(options.autoResume());
        options.settings().forEach(run::set);
        options.data().forEach(run::data);
        if (options.out() != null) {
            run.out(options.out());
        }
        return run;
    }

    private int start(TrainingRun<C, ?> run, Communicator processes) throws IOException {
        if (options.dryRun()) {
            Terminal.line(ConfigBuilder.toYaml(run.config()));
            return 0;
        }
        Stop stop = Stop.ofThisProcess();
        listeners(processes).forEach(run::listener);
        return exitCode(run.processes(processes).stopWhen(stop.requested()).run(), stop);
    }

    private int resume(Path folder, Communicator processes) throws IOException {
        if (hasOwnFlags() || options.startsAnew()) {
            throw new ConfigException("--resume goes on with a run as it was started, so it does not go with "
                    + String.join(", ", ownFlags()) + ", --out, --overwrite or --data");
        }
        Stop stop = Stop.ofThisProcess();
        RunCallbacks callbacks = new RunCallbacks(listeners(processes), stop.requested(), processes);
        return exitCode(RunSession.resume(kind, folder, options.settings(), callbacks), stop);
    }

    /** What asks a run to stop, and the exit code that follows. */
    private record Stop(BooleanSupplier requested, IntSupplier code) {
        static Stop ofThisProcess() {
            if (JobProcesses.isJob()) {
                return new Stop(new StopWithParent(), () -> StopOnSignal.RESUMABLE);
            }
            StopOnSignal signal = new StopOnSignal();
            // Where another of several processes was signalled, this one has no code of its own.
            return new Stop(signal, () -> signal.getAsBoolean() ? signal.exitCode() : StopOnSignal.RESUMABLE);
        }
    }

    private List<TrainingListener> listeners(Communicator processes) {
        return !processes.isFirst()
                ? List.of()
                : List.of(new RunLines(Terminal::line, Terminal::residentBytes), new Progress(kind));
    }

    private static int exitCode(RunSummary summary, Stop stop) {
        return summary.outcome().equals("done") ? 0 : stop.code().getAsInt();
    }
}

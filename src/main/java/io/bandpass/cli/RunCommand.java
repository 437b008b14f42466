package io.bandpass.cli;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.RunConfig;
import io.bandpass.metrics.RunLines;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunSession;
import io.bandpass.run.RunSession.RunCallbacks;
import io.bandpass.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that starts and resumes runs of a kind of training. */
abstract class RunCommand<C extends Record & RunConfig> implements Callable<Integer> {
    private final RunKind<C> kind;

    @Mixin
    private TrainingOptions options = new TrainingOptions();

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
        Path resume = options.resume();
        return resume == null ? start(run()) : resume(resume);
    }

    private int start(TrainingRun<C, ?> run) throws IOException {
        run.overwrite(options.overwrite());
        options.settings().forEach(run::set);
        options.data().forEach(run::data);
        if (options.out() != null) {
            run.out(options.out());
        }
        if (options.dryRun()) {
            Terminal.line(ConfigBuilder.toYaml(run.config()));
            return 0;
        }
        StopOnSignal stop = new StopOnSignal();
        listeners().forEach(run::listener);
        return exitCode(run.stopWhen(stop).run(), stop);
    }

    private int resume(Path folder) throws IOException {
        if (hasOwnFlags() || options.startsAnew()) {
            throw new ConfigException("--resume goes on with a run as it was started, so it does not go with "
                    + String.join(", ", ownFlags()) + ", --out, --overwrite or --data");
        }
        StopOnSignal stop = new StopOnSignal();
        return exitCode(RunSession.resume(kind, folder, options.settings(), new RunCallbacks(listeners(), stop)), stop);
    }

    private List<TrainingListener> listeners() {
        return List.of(new RunLines(Terminal::line, Terminal::residentBytes), new Progress(kind));
    }

    private static int exitCode(RunSummary summary, StopOnSignal stop) {
        return summary.outcome().equals("done") ? 0 : stop.exitCode();
    }
}

package io.bandpass.cli;

import io.bandpass.distributed.NodeLaunch;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Several processes that share the images of a command: its own, or those of torchrun, Slurm or MPI. */
final class InferenceProcesses {
    @Option(
            names = "--processes",
            paramLabel = "N",
            description = "Share the images among N processes of this machine. Default: 1.")
    private @Nullable Integer processes;

    @Mixin
    private ProcessTimeoutOption timeout = new ProcessTimeoutOption();

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** Starts the processes, or does the work as one of them, of which the first alone prints. */
    int run(ProcessGroup.Work work) throws IOException {
        Map<String, String> environment = System.getenv();
        return ProcessGroup.reporting(environment, () -> {
            Optional<NodeLaunch> launch = ProcessGroup.toStart(processes, environment);
            if (launch.isPresent()) {
                return NodeProcesses.once(
                                launch.get(),
                                Objects.requireNonNull(command)
                                        .commandLine()
                                        .getParseResult()
                                        .originalArgs())
                        .run(new StopOnSignal());
            }
            return ProcessGroup.join(environment, timeout.seconds(), group -> {
                Terminal.muteUnless(group.isFirst());
                return work.run(group);
            });
        });
    }
}

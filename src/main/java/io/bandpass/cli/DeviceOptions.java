package io.bandpass.cli;

import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Device and threads of commands that use a trained model. */
final class DeviceOptions {
    @Option(names = "--device", paramLabel = "NAME", defaultValue = "auto", description = "auto, cpu or cuda.")
    private String device = "auto";

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    String device() {
        return device;
    }

    OptionalInt threads() {
        return threads.threads();
    }
}

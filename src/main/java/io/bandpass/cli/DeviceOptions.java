package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.text.PrintableText;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Device and threads of commands that use a trained model. */
final class DeviceOptions {
    private static final List<String> DEVICES = List.of("auto", "cpu", "cuda");

    @Option(names = "--device", paramLabel = "NAME", defaultValue = "auto", description = "auto, cpu or cuda.")
    private String device = "auto";

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    String device() {
        if (!DEVICES.contains(device)) {
            throw new ConfigException(
                    "`device` is '" + PrintableText.of(device) + "', but must be one of " + String.join(", ", DEVICES));
        }
        return device;
    }

    OptionalInt threads() {
        return threads.threads();
    }
}

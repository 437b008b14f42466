package io.bandpass.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Device, precision and threads of commands that have a configuration, which names the defaults. */
final class ComputeOptions {
    @Option(names = "--device", paramLabel = "NAME", description = "auto, cpu or cuda.")
    private @Nullable String device;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "auto, fp32 or bf16; auto takes bf16 where it is faster.")
    private @Nullable String precision;

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    /** The flags that are given, as settings. */
    List<String> settings() {
        List<String> settings = placeSettings();
        SettingsOption.add(settings, "train.precision", precision);
        return settings;
    }

    /** Device and threads, where they are given, as settings. */
    List<String> placeSettings() {
        List<String> settings = new ArrayList<>();
        SettingsOption.add(settings, "train.device", device);
        SettingsOption.add(settings, "train.threads", threads.setting());
        return settings;
    }

    @Nullable
    String precision() {
        return precision;
    }
}

package io.bandpass.cli;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.TaskConfig;
import io.bandpass.config.Variants;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunKinds;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code bandpass list}. */
@Command(
        name = "list",
        description = "Lists recipes, encoders and tasks.",
        synopsisSubcommandLabel = "(recipes | encoders | tasks)",
        footer = {"", "Example: bandpass list recipes"})
final class ListCommand {
    @Command(name = "recipes", description = "Recipes, which bandpass config show prints in full.")
    void recipes() {
        for (RunKind<?> kind : RunKinds.ALL) {
            if (kind != RunKinds.ALL.get(0)) {
                Terminal.line("");
            }
            Terminal.line("of bandpass " + kind.command() + ":");
            print(Recipes.descriptions(kind.config()));
        }
    }

    @Command(name = "encoders", description = "Kinds of encoder, for encoder.type.")
    void encoders() {
        print(Variants.summaries(EncoderConfig.class));
    }

    @Command(name = "tasks", description = "Pre-training tasks, for task.type.")
    void tasks() {
        print(Variants.summaries(TaskConfig.class));
    }

    private static void print(Map<String, String> lines) {
        int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
        lines.forEach((name, text) -> Terminal.line(name + " ".repeat(width + 2 - name.length()) + text));
    }
}

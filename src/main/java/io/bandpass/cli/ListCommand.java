package io.bandpass.cli;

import io.bandpass.config.Recipes;
import io.bandpass.encoder.Encoders;
import io.bandpass.pretext.PretextTasks;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code bandpass list}. */
@Command(
        name = "list",
        description = "Shows what there is to choose from.",
        synopsisSubcommandLabel = "(recipes | encoders | tasks)",
        footer = {"", "Example: bandpass list recipes"})
final class ListCommand {
    @Command(name = "recipes", description = "Recipes, which bandpass config show prints in full.")
    void recipes() {
        Terminal.line("of bandpass pretrain:");
        print(Recipes.descriptions());
        Terminal.line("");
        Terminal.line("of bandpass finetune:");
        print(Recipes.finetuningDescriptions());
    }

    @Command(name = "encoders", description = "Kinds of encoder, for encoder.type.")
    void encoders() {
        print(Encoders.summaries());
    }

    @Command(name = "tasks", description = "Pre-training tasks, for task.type.")
    void tasks() {
        print(PretextTasks.summaries());
    }

    private static void print(Map<String, String> lines) {
        int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
        lines.forEach((name, text) -> Terminal.line(name + " ".repeat(width + 2 - name.length()) + text));
    }
}

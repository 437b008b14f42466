package io.bandpass.cli;

import io.bandpass.Pretraining;
import io.bandpass.config.ConfigBuilder;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bandpass config}. */
@Command(
        name = "config",
        description = "Shows or checks the configuration of a recipe.",
        synopsisSubcommandLabel = "(show | validate)",
        footer = {"", "Example: bandpass config show vit-small --set train.epochs=100"})
final class ConfigCommand {
    @Command(name = "show", description = "Prints every key with its value.")
    void show(
            @Parameters(paramLabel = "RECIPE", description = "Name or YAML file.") String recipe,
            @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Set any key. May be repeated.")
                    List<String> settings) {
        Pretraining run = Pretraining.recipe(recipe);
        (settings == null ? new ArrayList<String>() : settings).forEach(run::set);
        Terminal.line(ConfigBuilder.toYaml(run.config()));
    }

    @Command(name = "validate", description = "Says whether a recipe is sound.")
    void validate(@Parameters(paramLabel = "RECIPE", description = "Name or YAML file.") String recipe) {
        Pretraining.recipe(recipe).config();
        Terminal.line(recipe + " is sound");
    }
}

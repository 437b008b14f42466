package io.bandpass.cli;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.run.RunKinds;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bandpass config}. */
@Command(
        name = "config",
        description = "Shows or checks the configuration of a recipe of any kind of training.",
        synopsisSubcommandLabel = "(show | validate)",
        footer = {"", "Example: bandpass config show vit-small --set train.epochs=100"})
final class ConfigCommand {
    @Command(name = "show", description = "Prints every key with its value.")
    void show(
            @Parameters(paramLabel = "RECIPE", description = "Name or YAML file.") String recipe,
            @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Set any key. May be repeated.")
                    List<String> settings)
            throws IOException {
        Terminal.line(
                ConfigBuilder.toYaml(RunKinds.ofRecipe(recipe).load(recipe, settings == null ? List.of() : settings)));
    }

    @Command(name = "validate", description = "Says whether a recipe is sound.")
    void validate(@Parameters(paramLabel = "RECIPE", description = "Name or YAML file.") String recipe)
            throws IOException {
        RunKinds.ofRecipe(recipe).load(recipe, List.of());
        Terminal.line(recipe + " is sound");
    }
}

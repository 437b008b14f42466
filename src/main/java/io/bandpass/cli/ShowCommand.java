package io.bandpass.cli;

import picocli.CommandLine.Command;

/** {@code bandpass show}. */
@Command(
        name = "show",
        description = "Draws what the method does, without a model.",
        synopsisSubcommandLabel = "(masks | augmentations | tasks)",
        subcommands = {ShowMasksCommand.class, ShowAugmentationsCommand.class, ShowTasksCommand.class},
        footer = {"", "Example: bandpass show masks --recipe vit-small --out masks.png"})
final class ShowCommand {}

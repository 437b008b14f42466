package io.bandpass.cli;

import picocli.CommandLine.Command;

/** {@code bandpass show}. */
@Command(
        name = "show",
        description = "Draws what the method does to images, and what corruptions and attacks do to them.",
        synopsisSubcommandLabel = "(masks | augmentations | tasks | corruptions | attacks)",
        subcommands = {
            ShowMasksCommand.class,
            ShowAugmentationsCommand.class,
            ShowTasksCommand.class,
            ShowCorruptionsCommand.class,
            ShowAttacksCommand.class
        },
        footer = {"", "Example: bandpass show masks --recipe vit-small --out masks.png"})
final class ShowCommand {}

package io.bandpass.cli;

import picocli.CommandLine.Command;

/** {@code bandpass bench}. */
@Command(
        name = "bench",
        description = "Benchmarks training, loading, embedding, attacks, corruptions and start-up.",
        synopsisSubcommandLabel = "(step | data | embed | attack | corrupt | start)",
        subcommands = {
            BenchStepCommand.class,
            BenchDataCommand.class,
            BenchEmbedCommand.class,
            BenchAttackCommand.class,
            BenchCorruptCommand.class,
            BenchStartCommand.class
        },
        footer = {"", "Example: bandpass bench step --recipe vit-small --precision bf16 --json step.json"})
final class BenchCommand {}

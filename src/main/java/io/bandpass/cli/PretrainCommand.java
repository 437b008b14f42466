package io.bandpass.cli;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.run.Pretraining;
import io.bandpass.run.RunKinds;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bandpass pretrain}. */
@Command(
        name = "pretrain",
        description = "Pre-trains an encoder on unlabelled images; without --data, on the bundled ones.",
        footer = {
            "",
            "Examples:",
            "  bandpass pretrain",
            "  bandpass pretrain --data photos/ --recipe vit-small --out runs/a",
            "  bandpass pretrain --resume runs/a"
        })
final class PretrainCommand extends RunCommand<PretrainingConfig> {
    @Option(names = "--recipe", paramLabel = "NAME|FILE", description = "Recipe, by name or as YAML. Default: quick.")
    private @Nullable String recipe;

    @Option(
            names = "--init-from",
            paramLabel = "FILE",
            description = "Start from these weights (full or encoder), with a new optimizer and schedule.")
    private @Nullable Path initFrom;

    PretrainCommand() {
        super(RunKinds.PRETRAINING);
    }

    @Override
    Pretraining run() {
        Pretraining run = Pretraining.recipe(recipe == null ? "quick" : recipe);
        return initFrom == null ? run : run.initFrom(initFrom);
    }

    @Override
    boolean hasOwnFlags() {
        return recipe != null || initFrom != null;
    }

    @Override
    List<String> ownFlags() {
        return List.of("--recipe", "--init-from");
    }
}

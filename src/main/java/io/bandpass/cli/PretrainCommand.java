package io.bandpass.cli;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.run.Pretraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
final class PretrainCommand implements Callable<Integer> {
    @Option(names = "--recipe", paramLabel = "NAME|FILE", description = "Recipe, by name or as YAML. Default: quick.")
    private @Nullable String recipe;

    @Mixin
    private TrainingOptions options = new TrainingOptions();

    @Option(
            names = "--init-from",
            paramLabel = "FILE",
            description = "Start from these weights (full or encoder), with a new optimizer and schedule.")
    private @Nullable Path initFrom;

    @Override
    public Integer call() throws IOException {
        Path resume = options.resume();
        if (resume != null) {
            return resume(resume);
        }
        Pretraining run = Pretraining.recipe(recipe == null ? "quick" : recipe).overwrite(options.overwrite());
        options.settings().forEach(run::set);
        options.data().forEach(run::data);
        if (options.out() != null) {
            run.out(options.out());
        }
        if (initFrom != null) {
            run.initFrom(initFrom);
        }
        if (options.dryRun()) {
            Terminal.line(ConfigBuilder.toYaml(run.config()));
            return 0;
        }
        StopOnSignal stop = new StopOnSignal();
        TrainingOptions.listeners().forEach(run::listener);
        return TrainingOptions.exitCode(run.stopWhen(stop).run(), stop);
    }

    private int resume(Path folder) throws IOException {
        if (recipe != null || initFrom != null || options.startsAnew()) {
            throw new ConfigException(
                    "--resume goes on with a run as it was started, so it does not go with --recipe, --out,"
                            + " --init-from, --overwrite or --data");
        }
        StopOnSignal stop = new StopOnSignal();
        return TrainingOptions.exitCode(
                Pretraining.resume(folder, options.settings(), TrainingOptions.listeners(), stop), stop);
    }
}

package io.bandpass.cli;

import io.bandpass.Finetuning;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass finetune}. */
@Command(
        name = "finetune",
        description =
                "Makes a classifier of a pre-trained encoder, with labelled images; without --data, the bundled ones.",
        footer = {
            "",
            "Examples:",
            "  bandpass finetune --run runs/a --data flowers/",
            "  bandpass finetune --weights imported/ --data flowers/ --recipe finetune-vit-base --out runs/b",
            "  bandpass finetune --from-scratch resnet18 --data flowers/",
            "  bandpass finetune --resume runs/b"
        })
final class FinetuneCommand implements Callable<Integer> {
    /** What the classifier begins with. */
    private static final class Start {
        @Option(
                names = "--run",
                required = true,
                paramLabel = "DIR",
                description = "Begin with the encoder of this run.")
        private @Nullable Path run;

        @Option(
                names = "--weights",
                required = true,
                paramLabel = "FILE|DIR",
                description = "Begin with these weights: a file, or the folder with it that import or a run wrote.")
        private @Nullable Path weights;

        @Option(
                names = "--from-scratch",
                required = true,
                paramLabel = "NAME|FILE",
                description = "Begin with random weights, of the encoder of this recipe of pretrain.")
        private @Nullable String fromScratch;

        void of(Finetuning tuning) {
            if (fromScratch != null) {
                tuning.fromScratch(fromScratch);
            } else {
                tuning.weights(Objects.requireNonNull(run != null ? run : weights));
            }
        }
    }

    @ArgGroup
    private @Nullable Start start;

    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            description = "Recipe, by name or as YAML. Default: finetune-quick, for transformers finetune-quick-vit.")
    private @Nullable String recipe;

    @Option(
            names = "--labels-per-class",
            paramLabel = "K",
            description = "Train on K images of each class, drawn by the seed.")
    private @Nullable String labelsPerClass;

    @Mixin
    private TrainingOptions options = new TrainingOptions();

    @Override
    public Integer call() {
        Path resume = options.resume();
        if (resume != null) {
            return resume(resume);
        }
        if (start == null) {
            throw new ConfigException(
                    "what the classifier begins with is not said: give --run, --weights or --from-scratch");
        }
        Finetuning tuning = recipe == null ? Finetuning.quick() : Finetuning.recipe(recipe);
        tuning.overwrite(options.overwrite());
        start.of(tuning);
        options.settings().forEach(tuning::set);
        if (labelsPerClass != null) {
            tuning.set("labels.per-class=" + labelsPerClass);
        }
        options.data().forEach(tuning::data);
        if (options.out() != null) {
            tuning.out(options.out());
        }
        if (options.dryRun()) {
            Terminal.line(ConfigBuilder.toYaml(tuning.config()));
            return 0;
        }
        StopOnSignal stop = new StopOnSignal();
        TrainingOptions.listeners().forEach(tuning::listener);
        return TrainingOptions.exitCode(tuning.stopWhen(stop).run(), stop);
    }

    private int resume(Path folder) {
        if (recipe != null || start != null || labelsPerClass != null || options.startsAnew()) {
            throw new ConfigException(
                    "--resume goes on with a run as it was started, so it does not go with --recipe, --out, --run,"
                            + " --weights, --from-scratch, --labels-per-class, --overwrite or --data");
        }
        StopOnSignal stop = new StopOnSignal();
        return TrainingOptions.exitCode(
                Finetuning.resume(folder, options.settings(), TrainingOptions.listeners(), stop), stop);
    }
}

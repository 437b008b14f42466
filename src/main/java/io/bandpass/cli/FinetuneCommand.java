package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.inference.ClassifierEvaluation;
import io.bandpass.run.Finetuning;
import io.bandpass.run.RunKinds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
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
final class FinetuneCommand extends RunCommand<FinetuningConfig> {
    @ArgGroup
    private @Nullable EncoderStart start;

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

    @Option(
            names = "--eval",
            description =
                    "The older form of bandpass evaluate: train nothing, evaluate the classifier of --run or --weights"
                            + " on --data.")
    private boolean eval;

    @Option(
            names = "--scores",
            paramLabel = "FILE",
            description = "With --eval: JSON file for the scores. --out FILE does the same there.")
    private @Nullable Path scores;

    FinetuneCommand() {
        super(RunKinds.FINETUNING);
    }

    @Override
    public Integer call() throws IOException {
        if (eval) {
            return evaluate();
        }
        if (scores != null) {
            throw new ConfigException("--scores goes with --eval; a run that trains keeps its scores in scores.json");
        }
        return super.call();
    }

    @Override
    Finetuning run() {
        if (start == null) {
            throw new ConfigException(
                    "what the classifier begins with is not said: give --run, --weights or --from-scratch");
        }
        Finetuning tuning = recipe == null ? Finetuning.quick() : Finetuning.recipe(recipe);
        Optional.ofNullable(start.fromScratch()).ifPresent(tuning::fromScratch);
        Optional.ofNullable(start.given()).ifPresent(tuning::weights);
        return labelsPerClass == null ? tuning : tuning.set("labels.per-class=" + labelsPerClass);
    }

    @Override
    boolean hasOwnFlags() {
        return recipe != null || start != null || labelsPerClass != null;
    }

    @Override
    List<String> ownFlags() {
        return List.of("--recipe", "--run", "--weights", "--from-scratch", "--labels-per-class");
    }

    private int evaluate() throws IOException {
        if (recipe != null
                || labelsPerClass != null
                || options().resume() != null
                || options().overwrite()
                || options().dryRun()) {
            throw new ConfigException("--eval trains nothing, so it does not go with --recipe, --labels-per-class,"
                    + " --resume, --overwrite or --dry-run");
        }
        Path weights = start == null ? null : start.given();
        if (weights == null) {
            throw new ConfigException("--eval needs a classifier: give --run or --weights");
        }
        ClassifierEvaluation evaluation = ClassifierEvaluation.of(weights);
        options().data().forEach(evaluation::data);
        options().settings().forEach(evaluation::set);
        if (scores != null && options().out() != null) {
            throw new ConfigException("with --eval, --scores and --out both name the file for the scores; give one");
        }
        if (scores != null) {
            evaluation.out(scores);
        } else if (options().out() != null) {
            evaluation.out(options().out());
        }
        Terminal.notices(List.of("finetune --eval is bandpass evaluate now; it still works"));
        EvaluateCommand.run(evaluation);
        return 0;
    }
}

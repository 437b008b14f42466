package io.bandpass.cli;

import io.bandpass.inference.ClassifierEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass evaluate}. */
@Command(
        name = "evaluate",
        description =
                "Evaluates a classifier on labelled images: on the held-out part of --data, or on those of its images"
                        + " that the classifier was not trained on.",
        footer = {
            "",
            "Examples:",
            "  bandpass evaluate --run runs/b --data flowers/",
            "  bandpass evaluate --weights imported/ --data images/val --precision bf16 --out scores.json"
        })
final class EvaluateCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Option(
            names = {"--data", "--images"},
            paramLabel = "PATH",
            description = ImagesOption.LABELLED)
    private List<String> data = new ArrayList<>();

    @Option(
            names = {"--out", "--scores"},
            paramLabel = "FILE",
            description = "JSON file for the scores.")
    private @Nullable Path out;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images per forward pass.")
    private @Nullable String batchSize;

    @Mixin
    private SettingsOption set = new SettingsOption();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private MaxBadOption maxBad = new MaxBadOption();

    @Override
    public Integer call() throws IOException {
        ClassifierEvaluation evaluation = ClassifierEvaluation.of(weights.classifier());
        data.forEach(evaluation::data);
        List<String> settings = new ArrayList<>(set.settings());
        SettingsOption.add(settings, "validate.batch-size", batchSize);
        settings.addAll(compute.settings());
        SettingsOption.add(settings, "data.max-bad", maxBad.value());
        settings.forEach(evaluation::set);
        if (out != null) {
            evaluation.out(out);
        }
        run(evaluation);
        return 0;
    }

    /** Evaluates and prints the scores. */
    static void run(ClassifierEvaluation evaluation) throws IOException {
        ClassifierEvaluation.Result result;
        try (CountBar bar = new CountBar("image")) {
            result = evaluation.run(bar::reached);
        }
        Terminal.notices(result.notices());
        Terminal.unreadable(result.unreadable());
        EvaluationLines.of(result).forEach(Terminal::line);
    }
}

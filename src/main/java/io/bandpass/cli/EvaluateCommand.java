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
            description =
                    "Labelled images: folder with a folder per class, CSV file, IDX or CIFAR files. May be repeated.")
    private List<String> data = new ArrayList<>();

    @Option(
            names = {"--out", "--scores"},
            paramLabel = "FILE",
            description = "JSON file for the scores.")
    private @Nullable Path out;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of the configuration, such as validate.crop-ratio=1. May be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--batch-size", paramLabel = "N", description = "Images per forward pass.")
    private @Nullable String batchSize;

    @Option(names = "--device", paramLabel = "NAME", description = "auto, cpu or cuda.")
    private @Nullable String device;

    @Option(names = "--precision", paramLabel = "NAME", description = "fp32, bf16 or auto. Default: fp32.")
    private @Nullable String precision;

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Option(names = "--max-bad", paramLabel = "X", description = "Fraction of all files that may be unreadable.")
    private @Nullable String maxBad;

    @Override
    public Integer call() throws IOException {
        ClassifierEvaluation evaluation = ClassifierEvaluation.of(weights.classifier());
        data.forEach(evaluation::data);
        settings.forEach(evaluation::set);
        set(evaluation, "validate.batch-size", batchSize);
        set(evaluation, "train.device", device);
        set(evaluation, "train.precision", precision);
        threads.threads().ifPresent(count -> evaluation.set("train.threads=" + count));
        set(evaluation, "data.max-bad", maxBad);
        if (out != null) {
            evaluation.out(out);
        }
        run(evaluation);
        return 0;
    }

    private static void set(ClassifierEvaluation evaluation, String key, @Nullable String value) {
        if (value != null) {
            evaluation.set(key + "=" + value);
        }
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

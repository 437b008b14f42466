package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.distributed.Communicator;
import io.bandpass.inference.ClassifierEvaluation;
import io.bandpass.inference.MaskComparison;
import io.bandpass.inference.SegmentationEvaluation;
import io.bandpass.inference.SegmentationModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
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
                "Evaluates a classifier on labelled images, or a segmentation model on images with masks: on the held-out"
                        + " part of --data, or on those of its images that the model was not trained on. Or scores masks"
                        + " that any program made.",
        footer = {
            "",
            "Examples:",
            "  bandpass evaluate --run runs/b --data flowers/",
            "  bandpass evaluate --weights imported/ --data images/val --precision bf16 --out scores.json",
            "  bandpass evaluate --run runs/s --data streets/ --scales 0.5,0.75,1,1.25,1.5,1.75 --flip",
            "  bandpass evaluate --predictions masks/ --truth labelled/masks --out scores.json"
        })
final class EvaluateCommand implements Callable<Integer> {
    @ArgGroup
    private @Nullable WeightsChoice weights;

    @Option(
            names = "--predictions",
            paramLabel = "DIR",
            description = "Folder of predicted masks, which are scored without a model; goes with --truth.")
    private @Nullable Path predictions;

    @Option(
            names = "--truth",
            paramLabel = "DIR",
            description = "Folder of the true masks, with the names of the predicted ones.")
    private @Nullable Path truth;

    @Option(
            names = {"--data", "--images"},
            paramLabel = "PATH",
            description = ImagesOption.LABELLED + " Of a segmentation model: images with masks.")
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

    @Mixin
    private WindowOptions windows = new WindowOptions();

    @Mixin
    private MaskOptions masks = new MaskOptions();

    @Mixin
    private InferenceProcesses processes = new InferenceProcesses();

    @Override
    public Integer call() throws IOException {
        return processes.run(this::evaluate);
    }

    private int evaluate(Communicator group) throws IOException {
        if (predictions != null || truth != null) {
            requireAlone(group);
            score();
        } else if (weights == null) {
            throw new ConfigException(
                    "what is to be evaluated is not said: give --run or --weights, or --predictions and --truth");
        } else if (SegmentationModel.isIn(weights.model())) {
            requireAlone(group);
            segmentation(weights.model());
        } else {
            windows.rejectFor(weights.model().toString());
            if (!masks.settings().isEmpty()) {
                throw new ConfigException(String.join(", ", MaskOptions.FLAGS) + " are for segmentation models, but "
                        + weights.model() + " is none");
            }
            classifier(weights.model(), group);
        }
        return 0;
    }

    private static void requireAlone(Communicator group) {
        if (group.size() > 1) {
            throw new ConfigException(
                    "only classifiers are evaluated in several processes; evaluate segmentation models and masks in one");
        }
    }

    /** Scores masks of any program. */
    private void score() throws IOException {
        if (predictions == null || truth == null || weights != null) {
            throw new ConfigException("--predictions goes with --truth, and with neither --run nor --weights");
        }
        if (!data.isEmpty()
                || batchSize != null
                || windows.isGiven()
                || !compute.settings().isEmpty()) {
            throw new ConfigException("--predictions are scored without a model, so that --data, --batch-size, --mode,"
                    + " --crop, --stride, --scales, --flip, --device, --precision and --threads have no meaning");
        }
        MaskComparison comparison = MaskComparison.of(predictions, truth);
        masks.settings().forEach(comparison::set);
        set.settings().forEach(comparison::set);
        if (maxBad.value() != null) {
            comparison.set("data.max-bad=" + maxBad.value());
        }
        if (out != null) {
            comparison.out(out);
        }
        MaskComparison.Result result;
        try (CountBar bar = new CountBar("mask")) {
            result = comparison.run(bar::reached);
        }
        Terminal.notices(result.notices());
        Terminal.unreadable(result.unreadable());
        SegmentationLines.of(result.scores()).forEach(Terminal::line);
    }

    private void segmentation(Path model) throws IOException {
        Integer windowsPerPass = batchSize == null ? null : whole(batchSize);
        SegmentationEvaluation evaluation = SegmentationEvaluation.of(
                model,
                windows.settings(
                        false,
                        compute.precision() == null ? "fp32" : compute.precision(),
                        windowsPerPass,
                        OptionalInt.empty(),
                        maxBad.orDefault()));
        data.forEach(evaluation::data);
        List<String> settings = new ArrayList<>(set.settings());
        settings.addAll(masks.settings());
        settings.addAll(compute.placeSettings());
        SettingsOption.add(settings, "data.max-bad", maxBad.value());
        settings.forEach(evaluation::set);
        if (out != null) {
            evaluation.out(out);
        }
        SegmentationEvaluation.Result result;
        try (CountBar bar = new CountBar("image")) {
            result = evaluation.run(bar::reached);
        }
        Terminal.notices(result.notices());
        Terminal.unreadable(result.unreadable());
        Terminal.line(EvaluationLines.part(result.heldOut()));
        SegmentationLines.of(result.scores()).forEach(Terminal::line);
    }

    private static int whole(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ConfigException("--batch-size is '" + text + "', but must be a whole number above 0");
        }
    }

    private void classifier(Path file, Communicator group) throws IOException {
        ClassifierEvaluation evaluation = ClassifierEvaluation.of(file);
        data.forEach(evaluation::data);
        List<String> settings = new ArrayList<>(set.settings());
        SettingsOption.add(settings, "validate.batch-size", batchSize);
        settings.addAll(compute.settings());
        SettingsOption.add(settings, "data.max-bad", maxBad.value());
        settings.forEach(evaluation::set);
        if (out != null) {
            evaluation.out(out);
        }
        run(evaluation.processes(group));
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

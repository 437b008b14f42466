package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.config.PredictConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.SegmentConfig;
import io.bandpass.inference.ClassProbability;
import io.bandpass.inference.ImageClassifier;
import io.bandpass.inference.NamedPrediction;
import io.bandpass.inference.PredictionSummary;
import io.bandpass.inference.SegmentationModel;
import io.bandpass.inference.SegmentationWriter;
import io.bandpass.text.Counts;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass predict}. */
@Command(
        name = "predict",
        description =
                "Classifies images with a fine-tuned classifier, into a table, or for a few on the terminal; or segments them"
                        + " with a segmentation model, into masks and overlays.",
        footer = {
            "",
            "Examples:",
            "  bandpass predict --run runs/b --images photos/ --out predictions.csv",
            "  bandpass predict --weights classifier.safetensors --images cat.jpg",
            "  bandpass predict --weights imported/ --images photos/ --save-tensors logits.safetensors",
            "  bandpass predict --run runs/s --images photos/ --out masks/"
        })
final class PredictCommand implements Callable<Integer> {
    private static final int SHOWN = 20;
    private static final int ALTERNATIVES = 3;
    private static final int LONGEST_NAME = 60;

    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Mixin
    private ImagesOption.Required images = new ImagesOption.Required();

    @Option(
            names = "--out",
            paramLabel = "FILE|DIR",
            description =
                    "Of a classifier a table, .csv: name, class and probability, and the next four; default: print"
                            + " the first " + SHOWN
                            + ". Of a segmentation model a folder for masks, overlays and shares.csv.")
    private @Nullable Path out;

    @Option(
            names = "--save-tensors",
            paramLabel = "FILE",
            description =
                    "File for the tensor logits (N, classes), .safetensors; of a segmentation model logits (N, K, h, w)"
                            + " and classes (N, H, W).")
    private @Nullable Path tensors;

    @Mixin
    private InferenceOptions options = new InferenceOptions();

    @Mixin
    private WindowOptions windows = new WindowOptions();

    @Mixin
    private MaxBadOption maxBad = new MaxBadOption();

    @Override
    public Integer call() throws IOException {
        // What no weights could make right is refused before they are opened.
        PredictConfig checked = new PredictConfig(
                Optional.of(options.preprocess().over(PreprocessConfig.DEFAULT)),
                options.precision(),
                options.batchSize(),
                options.limit(),
                maxBad.orDefault());
        if (SegmentationModel.isIn(weights.model())) {
            segment();
        } else {
            windows.rejectFor(weights.model().toString());
            classify(checked);
        }
        return 0;
    }

    private void segment() throws IOException {
        SegmentConfig settings = windows.settings(
                options.preprocess().ownSize(),
                options.precision(),
                options.windows(),
                options.limit(),
                maxBad.orDefault());
        if (out == null && tensors == null) {
            throw new ConfigException("where the masks go is not said: give --out DIR, or --save-tensors FILE");
        }
        if (out != null && (out.toString().isEmpty() || out.toString().endsWith(".csv"))) {
            throw new ConfigException("--out is '" + out
                    + "', but of a segmentation model it is a folder, for masks, overlays and shares.csv");
        }
        SegmentationWriter.Output output =
                new SegmentationWriter.Output(Optional.ofNullable(out), Optional.ofNullable(tensors));
        SegmentationWriter.check(output);
        try (SegmentationModel model = SegmentationModel.open(weights.model(), options.device(), options.threads())) {
            Terminal.line("segmentation model " + model.file() + ": "
                    + Counts.of(model.classes().size(), "class"));
            SegmentationWriter.Summary written;
            try (CountBar bar = new CountBar("image")) {
                written = new SegmentationWriter(model, output, settings).write(images.paths(), bar::reached);
            }
            Terminal.notices(written.notices());
            Terminal.unreadable(written.unreadable());
            SegmentationLines.of(written, model.classes(), output).forEach(Terminal::line);
        }
    }

    private void classify(PredictConfig checked) throws IOException {
        ImageClassifier.Files files = new ImageClassifier.Files(Optional.ofNullable(out), Optional.ofNullable(tensors));
        ImageClassifier.checkFiles(files);
        boolean onlyShown = out == null && tensors == null && checked.limit().isEmpty();
        PredictConfig asked = onlyShown ? checked.withLimit(SHOWN) : checked;
        try (ImageClassifier classifier = ImageClassifier.open(weights.model(), options.device(), options.threads())) {
            PreprocessConfig fit = options.preprocess().over(classifier.preprocess());
            int size = classifier.imageSize();
            Terminal.line(String.format(
                    Locale.ROOT,
                    "classifier %s: %s, %d x %d pixels, %s",
                    classifier.file(),
                    Counts.of(classifier.classNames().size(), "class"),
                    size,
                    size,
                    fit.describe(size)));
            PredictionSummary predicted;
            try (CountBar bar = new CountBar("image")) {
                predicted = classifier.predict(images.paths(), files, asked.withPreprocess(fit), bar::reached);
            }
            Terminal.notices(predicted.notices());
            Terminal.unreadable(predicted.unreadable());
            say(predicted, onlyShown ? predicted.given() : predicted.images());
        }
    }

    private void say(PredictionSummary predicted, int all) {
        if (out == null) {
            print(predicted.first());
        }
        String written = Optional.ofNullable(out).map(file -> " in " + file).orElse("")
                + Optional.ofNullable(tensors)
                        .map(file -> ", logits in " + file)
                        .orElse("");
        Terminal.line(String.format(
                Locale.ROOT,
                "%s classified%s, %s, %d unreadable",
                Counts.of(predicted.images(), "image"),
                written,
                predicted.precision(),
                predicted.unreadable().size()));
        if (out == null && all > predicted.first().size()) {
            Terminal.line(String.format(
                    Locale.ROOT,
                    "%s of %s; --out FILE.csv takes all",
                    Counts.choose(
                            predicted.first().size(),
                            "this is the first",
                            "these are the first " + predicted.first().size()),
                    Counts.of(all, "image")));
        }
    }

    private static void print(List<NamedPrediction> predictions) {
        int width = predictions.stream()
                .mapToInt(named -> cell(named.name()).length())
                .max()
                .orElse(0);
        for (NamedPrediction named : predictions) {
            String classes = named.prediction().top5().stream()
                    .limit(ALTERNATIVES)
                    .map(PredictCommand::percent)
                    .collect(Collectors.joining("   "));
            Terminal.line(String.format(Locale.ROOT, "%-" + Math.max(1, width) + "s  %s", cell(named.name()), classes));
        }
    }

    private static String percent(ClassProbability ranked) {
        return String.format(Locale.ROOT, "%s %.1f %%", cell(ranked.className()), 100 * ranked.probability());
    }

    /** A name as it may stand in a column: names of files and of a stranger's classes may be anything. */
    private static String cell(String name) {
        String plain = PrintableText.of(name);
        return plain.length() <= LONGEST_NAME ? plain : "..." + plain.substring(plain.length() - LONGEST_NAME + 3);
    }
}

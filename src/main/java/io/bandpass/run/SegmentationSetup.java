package io.bandpass.run;

import io.bandpass.config.LabelClasses;
import io.bandpass.config.SegmentValidateConfig;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.eval.SegmentationInference;
import io.bandpass.eval.SegmentationScores;
import io.bandpass.eval.SegmentationValidation;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.WeightsLoader;
import io.bandpass.labelmap.LabelMapSource;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.Normalisation;
import io.bandpass.optim.MovingAverage;
import io.bandpass.report.RunReport;
import io.bandpass.report.ScenePicture;
import io.bandpass.report.SceneView;
import io.bandpass.segment.SegmentationTask;
import io.bandpass.text.Counts;
import io.bandpass.train.Evaluator;
import io.bandpass.train.PeriodicEvaluator;
import io.bandpass.train.ValidationResult;
import io.bandpass.weights.SegmenterWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** Setup of a segmentation session: the model, its validation on the held-out images, and its output. */
final class SegmentationSetup implements TrainingSetup {
    private final RunContext<SegmentationConfig> run;
    private final LabelMapSource heldOut;
    private final LabelClasses classes;
    private final SegmentationTask task;
    private final Normalisation normalisation;
    private final SegmentationValidation validation;
    private final SegmentationOutput output;
    private SceneCollection scenes;
    private @Nullable PeriodicEvaluator<SegmentationScores> evaluator;
    private @Nullable ValidationResult<SegmentationScores> last;

    SegmentationSetup(RunContext<SegmentationConfig> run) {
        this.run = run;
        SegmentationConfig config = run.config();
        heldOut = SegmentationKind.scenes(run.datasets().heldOut().orElseThrow());
        classes = heldOut.classes();
        task = new SegmentationTask(config, classes.size(), run.compute());
        normalisation = new Normalisation(
                config.data().mean(), config.data().std(), run.compute().device());
        validation = new SegmentationValidation(
                task.segmenter(),
                normalisation,
                SegmentationInference.Settings.of(config.validate(), config.imageSize(), List.of(1.0), false),
                run.compute());
        output = new SegmentationOutput(run, task.segmenter(), classes);
        scenes = new SceneCollection(heldOut);
    }

    @Override
    public SegmentationTask task() {
        return task;
    }

    @Override
    public Map<String, String> facts() {
        SegmentationConfig config = run.config();
        SegmentValidateConfig validate = config.validate();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(
                "task",
                String.format(
                        Locale.ROOT,
                        "segmentation into %s, crops of %d px, UperNet of width %d, %s norm, %s",
                        Counts.of(classes.size(), "class"),
                        config.imageSize(),
                        config.head().widthFor(config.encoder()),
                        config.head().norm(),
                        run.initFrom().map(weights -> "from " + weights).orElse("from scratch")));
        lines.put(
                "evaluation",
                validate.mode() == SegmentValidateConfig.Mode.WHOLE
                        ? "whole images"
                        : String.format(
                                Locale.ROOT,
                                "windows of %d px, every %d px",
                                validate.cropOr(config.imageSize()),
                                validate.strideOr(config.imageSize())));
        return lines;
    }

    @Override
    public int imageSizeAt(long step) {
        return run.config().imageSize();
    }

    @Override
    public Map<String, Double> loadInitial(Path weights, Consumer<String> notices) throws IOException {
        try (WeightsFile file = WeightsFile.ofSegmenter(weights)) {
            boolean sameClasses =
                    file.isSegmenter() && file.segmenter().classes().names().equals(classes.names());
            WeightsLoader.Report report = SegmenterWeights.load(task.segmenter(), file, sameClasses);
            if (file.isSegmenter()) {
                report.lines().forEach(notices);
            } else {
                // A list of every tensor of neck and heads would look like a fault.
                new WeightsLoader.Report(report.source(), report.loaded(), List.of(), report.unexpected())
                        .lines()
                        .forEach(notices);
                notices.accept("neck and heads begin with random weights");
            }
        }
        RunSetup.unfinished(weights).ifPresent(notices);
        return Map.of();
    }

    @Override
    public Evaluator evaluator(Optional<MovingAverage> average, TrainingListener listener) {
        SegmentValidateConfig validate = run.config().validate();
        evaluator = new PeriodicEvaluator<>(
                run.config(),
                new PeriodicEvaluator.Interval(
                        validate.everySteps(),
                        validate.stopAfterSteps().isEmpty()
                                ? OptionalDouble.empty()
                                : OptionalDouble.of(validate.stopAfterSteps().getAsInt())),
                run.plan(),
                Scores.MEAN_IOU,
                MovingAverage.during(average, this::scores),
                listener);
        return new PicturedEvaluator(evaluator, listener, step -> {
            Path picture = run.folder().samples(step);
            write(picture, scenes.samples());
            return picture;
        });
    }

    private SegmentationScores scores() {
        SceneCollection seen = new SceneCollection(heldOut);
        try (PointerScope scope = new PointerScope()) {
            SegmentationScores scores =
                    validation.scores(heldOut, run.datasets().bad(), seen::add);
            scenes = seen;
            return scores;
        }
    }

    private void write(Path picture, List<SceneView> views) throws IOException {
        AtomicFiles.write(picture, staging -> ScenePicture.write(staging, views, classes));
    }

    @Override
    public void complete(long step) {
        last = Objects.requireNonNull(evaluator).latestOr(step);
    }

    @Override
    public void writeWeights(Optional<MovingAverage> average, RunSummary summary, Consumer<String> notices)
            throws IOException {
        output.writeWeights(average, summary, notices);
    }

    @Override
    public void writeReport(RunReport report) throws IOException {
        output.writeReport(report, introduction(), Objects.requireNonNull(last), scenes);
    }

    private String introduction() {
        return String.format(
                Locale.ROOT,
                "An encoder with a UperNet head was trained to give each pixel one of %s, with the masks of %s. %s",
                Counts.of(classes.size(), "class"),
                Counts.of(run.datasets().train().size(), "image"),
                run.initFrom()
                        .map(weights -> "It began with the weights in " + weights + ".")
                        .orElse("It began with random weights."));
    }

    @Override
    public void close() {
        normalisation.close();
    }
}

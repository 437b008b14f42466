package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.eval.ColourTableBaseline.Cells;
import io.bandpass.eval.SegmentationScores;
import io.bandpass.format.AtomicFiles;
import io.bandpass.labelmap.LabelMapSource;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.SegmentationResult;
import io.bandpass.metrics.SegmentationResultFile;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.MovingAverage;
import io.bandpass.report.RunReport;
import io.bandpass.report.ScenePicture;
import io.bandpass.report.SceneView;
import io.bandpass.report.SegmentationReport;
import io.bandpass.segment.Segmenter;
import io.bandpass.train.ValidationResult;
import io.bandpass.weights.SegmenterWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** Output of a segmentation run besides its checkpoints: weights, scores, pictures and report. */
final class SegmentationOutput {
    private final RunContext<SegmentationConfig> run;
    private final Segmenter segmenter;
    private final LabelClasses classes;

    SegmentationOutput(RunContext<SegmentationConfig> run, Segmenter segmenter, LabelClasses classes) {
        this.run = run;
        this.segmenter = segmenter;
        this.classes = classes;
    }

    /**
     * Writes the current model, its EMA weights if enabled, and the best model so far.
     *
     * @param summary of the run so far
     * @param notices receives the reason if the best one cannot be written, as its checkpoint is damaged or was removed
     */
    void writeWeights(Optional<MovingAverage> average, RunSummary summary, Consumer<String> notices)
            throws IOException {
        new ScoredWeights(
                        run.folder(),
                        run.config().checkpoint().keep(),
                        SegmentationKind.WEIGHTS,
                        segmenter.state().stream().map(NamedTensor::name).toList(),
                        this::write)
                .write(
                        NamedTensor.byName(segmenter.state()),
                        average,
                        summary.steps(),
                        (long) summary.score(Scores.bestStep(Scores.MEAN_IOU)).orElse(0),
                        notices);
    }

    private void write(String name, Map<String, Tensor> state, long step) throws IOException {
        SegmenterWeights.write(
                run.folder().weights(name),
                state,
                run.config(),
                classes,
                run.recipe(),
                step,
                run.trained().metadata());
    }

    /**
     * Writes scores.json, pictures of the worst and the best images, and report.html.
     *
     * @param introduction sentences that say what was trained, on which data and from which weights
     * @param validation result on the held-out images
     * @param scenes of the same evaluation
     */
    void writeReport(
            RunReport report,
            String introduction,
            ValidationResult<SegmentationScores> validation,
            SceneCollection scenes)
            throws IOException {
        RunFolder folder = run.folder();
        SegmentationResult result = validation.scores().result(classes.names());
        AtomicFiles.writeText(folder.scores(), SegmentationResultFile.toJson(result));
        Map<String, Path> pictures = new LinkedHashMap<>();
        draw("The worst images", folder.picture("worst"), scenes.worst(), pictures);
        draw("The best images", folder.picture("best"), scenes.best(), pictures);
        draw("The same images in each evaluation", folder.samples(validation.step()), scenes.samples(), pictures);
        LabelMapSource train = SegmentationKind.scenes(run.datasets().train());
        LabelMapSource heldOut =
                SegmentationKind.scenes(run.datasets().heldOut().orElseThrow());
        Map<String, Double> baselines = new LinkedHashMap<>();
        TrivialBaselines.scores(train, heldOut).forEach((cells, miou) -> baselines.put(words(cells), miou));
        SegmentationReport page =
                new SegmentationReport(report, introduction, classes, validation.step(), result, baselines, pictures);
        AtomicFiles.write(folder.report(), page::write);
    }

    private static String words(Cells cells) {
        return switch (cells) {
            case MAJORITY -> "the most frequent class";
            case BRIGHTNESS -> "a table of brightnesses";
            case COLOUR -> "a table of colours";
        };
    }

    private void draw(String title, Path file, List<SceneView> views, Map<String, Path> pictures) throws IOException {
        if (!views.isEmpty()) {
            AtomicFiles.write(file, staging -> ScenePicture.write(staging, views, classes));
            pictures.put(title, file);
        }
    }
}

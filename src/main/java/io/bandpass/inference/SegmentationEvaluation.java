package io.bandpass.inference;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.SegmentConfig;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.dataset.ImageData;
import io.bandpass.eval.SegmentationScores;
import io.bandpass.eval.SegmentationValidation;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.WeightsException;
import io.bandpass.labelmap.LabelMapDatasets;
import io.bandpass.labelmap.LabelMapSource;
import io.bandpass.metrics.SegmentationResult;
import io.bandpass.metrics.SegmentationResultFile;
import io.bandpass.split.SeenImages;
import io.bandpass.split.TrainedImages;
import io.bandpass.task.NotFiniteException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Evaluation of a segmentation model on images with masks:
 * {@code SegmentationEvaluation.of(run).data("photos").run(progress)}. All failures are {@link BandpassException}s.
 */
public final class SegmentationEvaluation {
    /**
     * Scores on all evaluated images.
     *
     * @param heldOut true if only held-out images were evaluated: those that the data names, or else, if the model was
     *     trained on some of the images, the others; false if all images were evaluated
     * @param scores over all of them
     * @param unreadable name and reason of each skipped image
     * @param notices sentences about skipped files, classes, and images that the model was trained on
     */
    public record Result(
            boolean heldOut, SegmentationResult scores, Map<String, String> unreadable, List<String> notices) {}

    private final Path weights;
    private final SegmentConfig settings;
    private final List<String> data = new ArrayList<>();
    private final List<String> overrides = new ArrayList<>();
    private @Nullable Path out;

    private SegmentationEvaluation(Path weights, SegmentConfig settings) {
        this.weights = weights;
        this.settings = settings;
    }

    /**
     * Returns the evaluation of a segmentation model.
     *
     * @param weights a file, a run folder, or a folder that {@code import} wrote
     * @param settings how it is applied; by default as in its validation
     */
    public static SegmentationEvaluation of(Path weights, SegmentConfig settings) {
        return new SegmentationEvaluation(weights, settings);
    }

    /** Adds images with masks, in any layout that training takes. */
    public SegmentationEvaluation data(String path) {
        data.add(path);
        return this;
    }

    /** Sets a key of the sections {@code data} or {@code masks}, or of {@code train} one of device and threads. */
    public SegmentationEvaluation set(String assignment) {
        overrides.add(assignment);
        return this;
    }

    /** Sets a JSON file for the scores. */
    public SegmentationEvaluation out(Path file) {
        out = file;
        return this;
    }

    /** Evaluates the model. */
    public Result run(ImageData.Progress progress) throws IOException {
        SegmentationConfig config = config();
        if (data.isEmpty()) {
            throw new ConfigException(
                    "no images to evaluate on are named: give `data`, as in `data` samples/earth for the bundled ones");
        }
        if (out != null) {
            AtomicFiles.requireWritable("the JSON file", out);
        }
        Result result;
        try (SegmentationModel model = SegmentationModel.open(
                weights, config.train().device(), config.train().threads())) {
            result = evaluate(model, config, progress);
        }
        if (out != null) {
            AtomicFiles.writeText(out, SegmentationResultFile.toJson(result.scores()));
        }
        return result;
    }

    private SegmentationConfig config() {
        ConfigBuilder<SegmentationConfig> builder = ConfigBuilder.of(SegmentationConfig.class);
        for (String override : overrides) {
            String key = override.replaceFirst("=.*", "").trim();
            if (!key.matches("(data|masks)\\..*|train\\.(device|threads)")) {
                throw new ConfigException(
                        key + " does not matter where a segmentation model is evaluated; what can be set"
                                + " are the keys of data and masks, train.device and train.threads");
            }
            builder.set(override);
        }
        return builder.build();
    }

    private Result evaluate(SegmentationModel model, SegmentationConfig config, ImageData.Progress progress)
            throws IOException {
        UnreadableImages unreadable = new UnreadableImages(config.data().maxBad());
        LabelMapDatasets found = LabelMapDatasets.open(config.data(), config.masks(), data, SplitRule.NONE, unreadable);
        Datasets datasets =
                new Datasets(found.train(), found.heldOut().map(images -> images), unreadable, found.notices());
        SeenImages.Part part = new SeenImages(TrainedImages.ofWeights(model.file())).toEvaluate(datasets);
        LabelMapSource images = (LabelMapSource) part.images();
        checkClasses(model, images.classes());
        SegmentationValidation validation = model.validation(settings, model.compute(settings));
        SegmentationScores scores;
        try {
            scores = validation.scores(
                    images, unreadable, (index, scene, prediction, own) -> progress.reached(index + 1, images.size()));
        } catch (NotFiniteException e) {
            throw new WeightsException(model.file() + " is of no use: on these images " + e.getMessage());
        }
        List<String> notices = new ArrayList<>(datasets.notices());
        notices.addAll(part.notices());
        return new Result(
                part.heldOut(), scores.result(model.classes().names()), unreadable.reasons(), List.copyOf(notices));
    }

    private void checkClasses(SegmentationModel model, LabelClasses classes) {
        if (classes.names().equals(model.classes().names())) {
            return;
        }
        TreeSet<String> missing = new TreeSet<>(model.classes().names());
        missing.removeAll(classes.names());
        TreeSet<String> unknown = new TreeSet<>(classes.names());
        unknown.removeAll(model.classes().names());
        String difference = missing.isEmpty() && unknown.isEmpty()
                ? "they come in another order"
                : "the masks lack " + missing + " and the model does not know " + unknown;
        throw new DataException(String.format(
                Locale.ROOT,
                "the masks of %s do not have the classes of %s: %s; give the model's own with `classes`",
                String.join(", ", data),
                model.file(),
                difference));
    }
}

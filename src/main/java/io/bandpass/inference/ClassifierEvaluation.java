package io.bandpass.inference;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PredictConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.UnreadableImages;
import io.bandpass.dataset.ImageData;
import io.bandpass.distributed.Communicator;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.WeightsLoader;
import io.bandpass.metrics.Scores;
import io.bandpass.split.SeenImages;
import io.bandpass.split.TrainedImages;
import io.bandpass.text.Json;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Evaluation of a classifier on labelled images: {@code ClassifierEvaluation.of(run).data("photos").run(progress)}. All
 * failures are {@link BandpassException}s.
 */
public final class ClassifierEvaluation {
    /**
     * Accuracy on the images of one class.
     *
     * @param images number of images of the class
     * @param accuracy fraction of them classified correctly; empty if there are none
     */
    public record ClassAccuracy(String name, long images, OptionalDouble accuracy) {}

    /**
     * Scores on all evaluated images.
     *
     * @param heldOut true if only held-out images were evaluated: those that the data names, or else, if the classifier
     *     was trained on some of the images, the others; false if all images were evaluated
     * @param images number of readable images
     * @param top1 top-1 accuracy, 0 to 1
     * @param top5 top-5 accuracy, 0 to 1
     * @param crossEntropy mean of -log p(class)
     * @param calibrationError expected calibration error in 15 bins, 0 to 1
     * @param classes accuracy per class, in the order of the classifier's indices
     * @param unreadable name and reason of each skipped image
     * @param notices sentences about skipped files, unexpected classes, and images that the classifier was trained on
     */
    public record Result(
            boolean heldOut,
            long images,
            double top1,
            double top5,
            double crossEntropy,
            double calibrationError,
            List<ClassAccuracy> classes,
            Map<String, String> unreadable,
            List<String> notices) {}

    private static final Set<String> KEYS = Set.of(
            "data.workers",
            "data.max-bad",
            "data.max-pixels",
            "data.reduced-decoding",
            "data.index",
            "train.device",
            "train.precision",
            "train.threads",
            "validate.batch-size",
            "validate.crop-ratio");

    private static final int NAMED = 5;

    private final Path weights;
    private final List<String> data = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private @Nullable Path out;
    private Communicator processes = Communicator.single();

    private ClassifierEvaluation(Path weights) {
        this.weights = weights;
    }

    /** Returns the evaluation of a classifier: a file, a run folder, or a folder that {@code import} wrote. */
    public static ClassifierEvaluation of(Path weights) {
        return new ClassifierEvaluation(weights);
    }

    /** Adds labelled images: a folder with a subfolder per class, or CSV, IDX or CIFAR files. */
    public ClassifierEvaluation data(String path) {
        data.add(path);
        return this;
    }

    /**
     * Sets a key of the fine-tuning configuration that affects evaluation, such as {@code validate.batch-size=64}. By
     * default preprocessing is that of the weights, and precision is float32.
     */
    public ClassifierEvaluation set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /** Sets a JSON file for the scores. */
    public ClassifierEvaluation out(Path file) {
        out = file;
        return this;
    }

    /** Shares the images with other processes, which make the same calls; each receives the scores of all images. */
    public ClassifierEvaluation processes(Communicator shared) {
        processes = shared;
        return this;
    }

    /** Evaluates the classifier. */
    public Result run(ImageData.Progress progress) throws IOException {
        FinetuningConfig config = config();
        if (data.isEmpty()) {
            throw new ConfigException(
                    "no images to evaluate on are named: give `data`, as in `data` samples/fashion-mnist for the bundled ones");
        }
        if (out != null && processes.isFirst()) {
            AtomicFiles.requireWritable("the JSON file", out);
        }
        Result result;
        try (ImageClassifier classifier = ImageClassifier.open(
                weights, config.train().device(), config.train().threads())) {
            result = evaluate(classifier.processes(processes), config, progress);
        }
        if (out != null && processes.isFirst()) {
            write(out, result);
        }
        return result;
    }

    private FinetuningConfig config() {
        ConfigBuilder<FinetuningConfig> builder =
                ConfigBuilder.of(FinetuningConfig.class).set("train.precision=fp32");
        for (String setting : settings) {
            String key = key(setting);
            if (!KEYS.contains(key)) {
                throw new ConfigException(key + " does not matter where a classifier is evaluated; what can be set is "
                        + String.join(", ", new TreeSet<>(KEYS)));
            }
            builder.set(setting);
        }
        return builder.build();
    }

    private static String key(String setting) {
        return setting.replaceFirst("=.*", "").trim();
    }

    private Result evaluate(ImageClassifier classifier, FinetuningConfig config, ImageData.Progress progress)
            throws IOException {
        UnreadableImages unreadable = new UnreadableImages(config.data().maxBad());
        Datasets datasets =
                Datasets.openLabelled(config.data(), data, config.train().seed(), 0, unreadable);
        SeenImages.Part part = new SeenImages(TrainedImages.ofWeights(classifier.file())).toEvaluate(datasets);
        ImageSource images = part.images();
        int[] classIndices = classIndices(classifier, datasets.train().classNames());
        PredictConfig options = PredictConfig.DEFAULT
                .withBatchSize(config.validate().batchSize())
                .withPrecision(config.train().precision());
        if (settings.stream().anyMatch(setting -> key(setting).equals("validate.crop-ratio"))) {
            options = options.withPreprocess(
                    PreprocessConfig.crop(config.validate().cropRatio()));
        }
        ClassificationScores scores =
                new ClassificationScores(classifier.classNames().size());
        classifier.each(images, unreadable, classifier.compute(options), options, (logits, indices) -> {
            long[] labels = IntStream.of(indices)
                    .map(index -> classIndices[images.label(index)])
                    .asLongStream()
                    .toArray();
            scores.add(logits, Tensors.ofLongs(labels, labels.length));
            progress.reached(indices[indices.length - 1] + 1, images.size());
        });
        if (scores.images() == 0) {
            throw DataException.noneReadable(images.size(), "");
        }
        List<String> notices = new ArrayList<>(datasets.notices());
        notices.addAll(part.notices());
        return new Result(
                part.heldOut(),
                scores.images(),
                scores.top1(),
                scores.top5(),
                scores.crossEntropy(),
                scores.calibrationError(),
                classes(classifier.classNames(), scores),
                unreadable.reasons(),
                notices);
    }

    /** Returns the classifier's index of each class of the data, as the data may list the classes in another order. */
    private int[] classIndices(ImageClassifier classifier, List<String> dataClasses) {
        Map<String, Integer> indexOf = new HashMap<>();
        classifier.classNames().forEach(name -> indexOf.put(name, indexOf.size()));
        TreeSet<String> missing = new TreeSet<>(indexOf.keySet());
        dataClasses.forEach(missing::remove);
        TreeSet<String> unknown = new TreeSet<>(dataClasses);
        unknown.removeAll(indexOf.keySet());
        List<String> differences = new ArrayList<>();
        if (!missing.isEmpty()) {
            differences.add("the images lack " + some(missing));
        }
        if (!unknown.isEmpty()) {
            differences.add("the classifier does not know " + some(unknown));
        }
        if (!differences.isEmpty()) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "%s does not have the classes of %s: %s; both must have the same",
                    String.join(", ", data),
                    classifier.file(),
                    String.join(", and ", differences)));
        }
        return dataClasses.stream()
                .mapToInt(name -> Objects.requireNonNull(indexOf.get(name)))
                .toArray();
    }

    private static String some(SortedSet<String> names) {
        String shown = String.join(
                ", ", names.stream().limit(NAMED).map(WeightsLoader::shown).toList());
        return names.size() > NAMED ? shown + " and " + (names.size() - NAMED) + " more" : shown;
    }

    private static List<ClassAccuracy> classes(List<String> names, ClassificationScores scores) {
        List<OptionalDouble> accuracies = scores.classAccuracies();
        long[][] confusion = scores.confusion();
        return IntStream.range(0, names.size())
                .mapToObj(c -> new ClassAccuracy(
                        names.get(c), Arrays.stream(confusion[c]).sum(), accuracies.get(c)))
                .toList();
    }

    private void write(Path file, Result result) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("weights", weights.toString());
        json.put("data", data);
        json.put("part", result.heldOut() ? "held out" : "all");
        json.put("images", result.images());
        json.put(Scores.TOP1, result.top1());
        json.put(Scores.TOP5, result.top5());
        json.put(Scores.CROSS_ENTROPY, result.crossEntropy());
        json.put(Scores.CALIBRATION_ERROR, result.calibrationError());
        json.put(
                "classes",
                result.classes().stream().map(ClassifierEvaluation::json).toList());
        json.put("unreadable", result.unreadable());
        json.put("notices", result.notices());
        AtomicFiles.writeText(file, Json.pretty(json));
    }

    private static Map<String, Object> json(ClassAccuracy accuracy) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", accuracy.name());
        json.put("images", accuracy.images());
        accuracy.accuracy().ifPresent(fraction -> json.put("accuracy", fraction));
        return json;
    }
}

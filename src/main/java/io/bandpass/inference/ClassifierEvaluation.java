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
 * How well a classifier does on labelled images:
 * {@code ClassifierEvaluation.of(run).data("photos").run(progress)}. All failures are {@link BandpassException}s.
 */
public final class ClassifierEvaluation {
    /**
     * How well it does on the images of a class.
     *
     * @param images of this class
     * @param accuracy fraction of them that were predicted to be of it; empty where there is none
     */
    public record ClassAccuracy(String name, long images, OptionalDouble accuracy) {}

    /**
     * The scores.
     *
     * @param heldOut whether these are of the part that the data names to be held out or, where it names none and the
     *     classifier was trained on some of the images, of the others; not so where these are all images
     * @param images that could be read
     * @param top1 fraction of images whose class comes first
     * @param top5 fraction of images whose class is among the first five
     * @param crossEntropy mean of -log of the probability of the class
     * @param calibrationError expected calibration error in 15 bins, 0 to 1
     * @param classes in the order of the classifier's numbers
     * @param unreadable name and reason of each image that was left out
     * @param notices sentences about files that were passed over, classes that are not as one would expect, and images that
     *     the classifier has seen
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

    private ClassifierEvaluation(Path weights) {
        this.weights = weights;
    }

    /** Of a classifier: a file, a run folder, or a folder that {@code import} wrote. */
    public static ClassifierEvaluation of(Path weights) {
        return new ClassifierEvaluation(weights);
    }

    /** Adds labelled images: a folder with a folder per class, a CSV, IDX or CIFAR files. */
    public ClassifierEvaluation data(String path) {
        data.add(path);
        return this;
    }

    /**
     * Sets a key of the configuration of fine-tuning that matters here, such as {@code validate.batch-size=64}; by default
     * images are prepared as the weights say, and computed in float32.
     */
    public ClassifierEvaluation set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /** A JSON file for the scores. */
    public ClassifierEvaluation out(Path file) {
        out = file;
        return this;
    }

    /** Looks at the images. */
    public Result run(ImageData.Progress progress) throws IOException {
        FinetuningConfig config = config();
        if (data.isEmpty()) {
            throw new ConfigException(
                    "no images to evaluate on are named: give `data`, as in `data` samples/fashion-mnist for the bundled ones");
        }
        if (out != null) {
            AtomicFiles.requireWritable("the JSON file", out);
        }
        Result result;
        try (ImageClassifier classifier = ImageClassifier.open(
                weights, config.train().device(), config.train().threads())) {
            result = evaluate(classifier, config, progress);
        }
        if (out != null) {
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
        UnreadableImages bad = new UnreadableImages(config.data().maxBad());
        Datasets datasets =
                Datasets.openLabelled(config.data(), data, config.train().seed(), 0, bad);
        SeenImages.Part part = new SeenImages(TrainedImages.ofWeights(classifier.file())).toEvaluate(datasets);
        ImageSource images = part.images();
        int[] numbers = numbers(classifier, datasets.train().classNames());
        PredictConfig options = PredictConfig.DEFAULT
                .withBatchSize(config.validate().batchSize())
                .withPrecision(config.train().precision());
        if (settings.stream().anyMatch(setting -> key(setting).equals("validate.crop-ratio"))) {
            options = options.withPreprocess(
                    PreprocessConfig.crop(config.validate().cropRatio()));
        }
        ClassificationScores scores =
                new ClassificationScores(classifier.classNames().size());
        classifier.each(images, bad, classifier.compute(options), options, (logits, indices) -> {
            long[] labels = IntStream.of(indices)
                    .map(index -> numbers[images.label(index)])
                    .asLongStream()
                    .toArray();
            scores.add(logits, Tensors.ofLongs(labels, labels.length));
            progress.reached(indices[indices.length - 1] + 1, images.size());
        });
        if (scores.images() == 0) {
            throw DataException.noneReadable(images.size(), "");
        }
        List<String> all = new ArrayList<>(datasets.notices());
        all.addAll(part.notices());
        return new Result(
                part.heldOut(),
                scores.images(),
                scores.top1(),
                scores.top5(),
                scores.crossEntropy(),
                scores.calibrationError(),
                classes(classifier.classNames(), scores),
                bad.reasons(),
                all);
    }

    /** The classifier's number of each class of the data: the same classes may stand in another order. */
    private int[] numbers(ImageClassifier classifier, List<String> ofData) {
        Map<String, Integer> numberOf = new HashMap<>();
        classifier.classNames().forEach(name -> numberOf.put(name, numberOf.size()));
        TreeSet<String> lacking = new TreeSet<>(numberOf.keySet());
        ofData.forEach(lacking::remove);
        TreeSet<String> unknown = new TreeSet<>(ofData);
        unknown.removeAll(numberOf.keySet());
        List<String> differences = new ArrayList<>();
        if (!lacking.isEmpty()) {
            differences.add("the images lack " + some(lacking));
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
        return ofData.stream()
                .mapToInt(name -> Objects.requireNonNull(numberOf.get(name)))
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

    private static Map<String, Object> json(ClassAccuracy each) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", each.name());
        json.put("images", each.images());
        each.accuracy().ifPresent(accuracy -> json.put("accuracy", accuracy));
        return json;
    }
}

package io.bandpass.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.Pooling;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.Words;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.nn.NamedTensor;
import io.bandpass.text.Counts;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A classifier loaded from a file.
 *
 * @param data how its training images were read and normalised
 * @param classNames class names by index
 * @param imageSize edge length in pixels of its input
 * @param preprocess preprocessing of its validation
 */
public record ClassifierWeights(
        Path file,
        DataConfig data,
        Classifier classifier,
        List<String> classNames,
        int imageSize,
        PreprocessConfig preprocess)
        implements AutoCloseable {
    private static final String CLASS_NAMES = "class-names";
    private static final String CROP_RATIO = "crop-ratio";
    private static final String VALIDATION_SIZE = "validation-size";
    private static final int MOST_CLASSES = 1_000_000;

    /** Timm's names of the head weights, in the various encoder families. */
    private static final List<String> HEADS = List.of("head.weight", "head.fc.weight", "fc.weight");

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Writes a fine-tuned classifier.
     *
     * @param state its tensors, by timm names
     * @param norm position of the norm before its head, if the encoder family leaves a choice
     * @param trained metadata of the images that it was trained on
     */
    public static void write(
            Path file,
            Map<String, Tensor> state,
            Optional<HeadNorm> norm,
            FinetuningConfig config,
            List<String> classNames,
            String recipe,
            long step,
            Map<String, String> trained)
            throws IOException {
        Map<String, String> metadata = WeightsMetadata.ofRun(WeightsMetadata.CLASSIFIER, config, recipe, step);
        metadata.putAll(trained);
        describe(metadata, config.pooling(), classNames, config.validate().cropRatio(), config.validationSize());
        norm.ifPresent(place -> metadata.put(WeightsMetadata.HEAD_NORM, place.word()));
        metadata.put(
                WeightsMetadata.FINETUNING,
                ConfigBuilder.toYaml(ConfigBuilder.with(config, config.data().shown())));
        Safetensors.writeWhole(file, state, metadata);
    }

    /**
     * Writes a linear probe as a classifier. The features of a ConvNeXt are a mean of its norm's outputs.
     *
     * @param state its tensors, by timm names
     * @param encoder encoder whose features the head was trained on
     * @param origin how the images of encoder and head were read
     * @param cropRatio crop ratio of the probed images, at the encoder's image size
     * @param trained metadata of the images that encoder and head were trained on
     */
    public static void writeProbe(
            Path file,
            Map<String, Tensor> state,
            EncoderConfig encoder,
            WeightsOrigin origin,
            Pooling pooling,
            List<String> classNames,
            double cropRatio,
            Map<String, String> trained)
            throws IOException {
        Map<String, String> metadata = WeightsMetadata.of(WeightsMetadata.CLASSIFIER, encoder, origin, "probe");
        metadata.putAll(trained);
        describe(metadata, pooling, classNames, cropRatio, encoder.imageSize());
        if (encoder instanceof ConvNeXtConfig) {
            metadata.put(WeightsMetadata.HEAD_NORM, HeadNorm.BEFORE_MEAN.word());
        }
        Safetensors.writeWhole(file, state, metadata);
    }

    private static void describe(
            Map<String, String> metadata, Pooling pooling, List<String> classNames, double cropRatio, int imageSize)
            throws IOException {
        metadata.put(WeightsMetadata.POOLING, Words.of(pooling));
        metadata.put(WeightsMetadata.CLASSES, Integer.toString(classNames.size()));
        metadata.put(CLASS_NAMES, JSON.writeValueAsString(classNames));
        metadata.put(CROP_RATIO, Double.toString(cropRatio));
        metadata.put(VALIDATION_SIZE, Integer.toString(imageSize));
    }

    /**
     * Opens a classifier on the CPU, in evaluation mode.
     *
     * @param weights a file or its folder
     */
    public static ClassifierWeights open(Path weights) throws IOException {
        try (WeightsFile file = WeightsFile.ofClassifier(weights)) {
            EncoderConfig encoder = file.description().encoder();
            if (file.isSegmenter()) {
                throw new WeightsException(file.path()
                        + " holds a segmentation model, where a classifier is needed; make one with bandpass finetune");
            }
            if (!file.isClassifier()) {
                throw new WeightsException(file.path()
                        + " holds an encoder without classes; make a classifier of it with bandpass finetune");
            }
            try (TensorFile tensors = file.read()) {
                return open(file, encoder, tensors);
            }
        }
    }

    private static ClassifierWeights open(WeightsFile file, EncoderConfig encoder, TensorFile tensors)
            throws IOException {
        Path path = file.path();
        Map<String, String> metadata = file.metadata();
        classes(tensors);
        int classes = whole(path, metadata, WeightsMetadata.CLASSES, MOST_CLASSES);
        int imageSize = validationSize(path, metadata, encoder);
        PreprocessConfig preprocess = preprocess(path, metadata, imageSize);
        Pooling pooling = pooling(tensors, encoder);
        checkHead(tensors, classes, encoder.width());
        List<String> names = classNames(path, metadata, classes);
        HeadNorm norm = file.headNorm(encoder).orElse(HeadNorm.AFTER_MEAN);
        DataConfig data = file.origin().data();
        Classifier classifier = new Classifier(encoder, pooling, classes, 1, 0, norm);
        try {
            WeightsLoader.loadAll(NamedTensor.byName(classifier.state()), tensors);
            classifier.setTraining(false);
            return new ClassifierWeights(path, data, classifier, names, imageSize, preprocess);
        } catch (RuntimeException e) {
            classifier.close();
            throw e;
        }
    }

    private static Pooling pooling(TensorFile tensors, EncoderConfig encoder) {
        String word = String.valueOf(tensors.metadata().get(WeightsMetadata.POOLING));
        Optional<Pooling> pooling = Words.constant(Pooling.class, word);
        boolean vit = encoder instanceof VisionTransformerConfig;
        if (pooling.isEmpty() || (!vit && pooling.get() == Pooling.CLS)) {
            throw new WeightsException(tensors.source() + ": its metadata says pooling '" + WeightsLoader.shown(word)
                    + "', which must be mean or, for a ViT, cls");
        }
        boolean normOfMean = tensors.names().contains(Classifier.MEAN_NORM + ".weight");
        if (vit && normOfMean != (pooling.get() == Pooling.MEAN)) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: its metadata says pooling %s, but it has %s norm of the mean, %s",
                    tensors.source(),
                    word,
                    normOfMean ? "a" : "no",
                    Classifier.MEAN_NORM));
        }
        return pooling.get();
    }

    /**
     * Checks the head before it is created, so that a file cannot make us allocate more memory than it has bytes for.
     */
    private static void checkHead(TensorFile tensors, int classes, int width) {
        for (String name : HEADS) {
            Tensor head = tensors.find(name);
            if (head != null && !Arrays.equals(Tensors.shape(head), new long[] {classes, width})) {
                throw new WeightsException(String.format(
                        Locale.ROOT,
                        "%s: its metadata says %s and an encoder of width %d, but its head %s has the shape %s",
                        tensors.source(),
                        Counts.of(classes, "class"),
                        width,
                        name,
                        Arrays.toString(Tensors.shape(head))));
            }
        }
    }

    /**
     * Returns the number of classes of a classifier's head.
     *
     * @throws WeightsException if there is no head, or it is not that of a linear classifier
     */
    public static int classes(TensorFile tensors) {
        String name = HEADS.stream()
                .filter(tensors.names()::contains)
                .findFirst()
                .orElseThrow(() -> new WeightsException(tensors.source()
                        + " should be a classifier, but it has no head: no tensor " + String.join(" or ", HEADS)));
        long[] shape = Tensors.shape(tensors.get(name));
        if (shape.length != 2 || shape[0] < 1 || shape[0] > MOST_CLASSES) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: its head %s has the shape %s, where (classes, width) is expected with at most %d classes",
                    tensors.source(),
                    name,
                    Arrays.toString(shape),
                    MOST_CLASSES));
        }
        return (int) shape[0];
    }

    private static int validationSize(Path file, Map<String, String> metadata, EncoderConfig encoder) {
        if (!metadata.containsKey(VALIDATION_SIZE)) {
            return encoder.imageSize();
        }
        int size = whole(file, metadata, VALIDATION_SIZE, FinetuningConfig.LARGEST_VALIDATION_EDGE);
        if (!FinetuningConfig.canLookAt(encoder, size)) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: its metadata says %s %d, which images its encoder, one for %d pixels, cannot take",
                    file,
                    VALIDATION_SIZE,
                    size,
                    encoder.imageSize()));
        }
        return size;
    }

    private static PreprocessConfig preprocess(Path file, Map<String, String> metadata, int imageSize) {
        if (!metadata.containsKey(CROP_RATIO)) {
            return PreprocessConfig.DEFAULT;
        }
        double least = Math.min(1, imageSize / (double) FinetuningConfig.LARGEST_VALIDATION_EDGE);
        return PreprocessConfig.crop(number(file, metadata, CROP_RATIO, least, 1));
    }

    /**
     * Returns the preprocessing of a classifier's validation; the default if the file does not say or is no classifier.
     */
    static PreprocessConfig preprocess(WeightsFile file) throws IOException {
        return file.isClassifier()
                ? preprocess(
                        file.path(),
                        file.metadata(),
                        file.description().encoder().imageSize())
                : PreprocessConfig.DEFAULT;
    }

    private static int whole(Path file, Map<String, String> metadata, String key, int most) {
        double value = number(file, metadata, key, 1, most);
        if (value != Math.rint(value)) {
            throw new WeightsException(String.format(
                    Locale.ROOT, "%s: its metadata says %s %s, which must be a whole number", file, key, value));
        }
        return (int) value;
    }

    private static double number(Path file, Map<String, String> metadata, String key, double least, double most) {
        String text = String.valueOf(metadata.get(key));
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        if (!(value >= least && value <= most)) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: its metadata says %s '%s', which must be a number from %s to %s",
                    file,
                    key,
                    WeightsLoader.shown(text),
                    least,
                    most));
        }
        return value;
    }

    /** Returns the stored class names, or the class indices if weights of another program have no names. */
    private static List<String> classNames(Path file, Map<String, String> metadata, int classes) {
        String text = metadata.get(CLASS_NAMES);
        if (text == null) {
            return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        }
        try {
            List<String> names = JSON.readValue(text, new TypeReference<>() {});
            if (names != null && names.size() == classes && names.stream().allMatch(name -> name != null)) {
                if (new HashSet<>(names).size() < classes) {
                    throw new WeightsException(file + ": its metadata gives two classes the same name");
                }
                return List.copyOf(names);
            }
        } catch (JsonProcessingException e) {
            // Reported below.
        }
        throw new WeightsException(file + ": its metadata does not name its " + Counts.of(classes, "class"));
    }

    /**
     * Loads weights of any kind into a classifier for fine-tuning. The encoder must fit, with position tables
     * interpolated if the image size differs; norm and head are loaded if the weights have them.
     *
     * @param keepHead whether to load the head of a classifier
     * @return a report of the loaded tensors
     */
    public static WeightsLoader.Report load(Classifier classifier, WeightsFile file, boolean keepHead)
            throws IOException {
        String source = file.path().toString();
        try (PointerScope scope = new PointerScope();
                TensorFile tensors = file.read()) {
            Map<String, Tensor> values = file.withoutPrefix(tensors);
            Map<String, Tensor> encoder =
                    NamedTensor.byName(classifier.encoder().state());
            Map<String, Tensor> encoderValues = new LinkedHashMap<>();
            values.forEach((name, value) -> {
                if (encoder.containsKey(name)) {
                    encoderValues.put(name, value);
                }
            });
            WeightsLoader.load(source, encoder, PositionTables.resized(encoderValues, classifier.encoder()), false);
            Map<String, Tensor> headState = NamedTensor.byName(classifier.state());
            headState.keySet().removeAll(encoder.keySet());
            Map<String, Tensor> fitting = new LinkedHashMap<>(values);
            fitting.keySet().retainAll(headState.keySet());
            // With another order of norm and mean, the head was trained on other features.
            boolean sameOrder = file.headNorm(classifier.encoder().config()).equals(classifier.headNorm());
            if (!keepHead || !sameOrder) {
                fitting.keySet()
                        .removeIf(name -> name.startsWith(classifier.encoder().headName() + "."));
            }
            WeightsLoader.Report loaded = WeightsLoader.load(source, headState, fitting, true);
            List<String> unused = new ArrayList<>(values.keySet());
            unused.removeAll(encoder.keySet());
            // Tensors that keep their initial values are reported as missing.
            unused.removeAll(headState.keySet());
            return new WeightsLoader.Report(source, encoder.size() + loaded.loaded(), loaded.missing(), unused);
        }
    }

    /** Returns the class names of weights; empty if they are no classifier or name no classes. */
    public static List<String> classNames(WeightsFile file) {
        Map<String, String> metadata = file.metadata();
        if (!file.isClassifier() || !metadata.containsKey(CLASS_NAMES)) {
            return List.of();
        }
        return classNames(file.path(), metadata, whole(file.path(), metadata, WeightsMetadata.CLASSES, MOST_CLASSES));
    }

    @Override
    public void close() {
        classifier.close();
    }
}

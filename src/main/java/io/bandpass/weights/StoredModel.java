package io.bandpass.weights;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.machine.Environment;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.MovingAverage;
import io.bandpass.pretext.PretextTask;
import io.bandpass.task.TrainingTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/** The two weights files of a run: the encoder alone, and the full model. Each says in its header which it is. */
public final class StoredModel {
    public static final String KIND = "kind";
    public static final String CONFIG = "config";
    private static final String PRODUCER = "producer";
    private static final String NAME = "bandpass ";
    private static final String ENCODER = "encoder";
    private static final String FULL = "full";
    /** How often a cell of the map may use each byte of the file on average. */
    private static final double MOST_USES = 64;
    /** How many weights there may be for each byte of the file: a part may be missing. */
    private static final double MOST_WEIGHTS = 4;
    /** Bytes of tables that any file may have made. */
    private static final double FREE_TABLES = 1 << 28;

    private static final int LEAST_BYTES_OF_A_BLOCK = 256;

    private static final String ENCODER_PREFIX = "encoder.";

    public static final String CLASSIFIER = "classifier";
    static final String POOLING = "pooling";
    private static final String MEAN_POOLING = "mean";
    private static final String MEAN_NORM = "fc_norm.";

    static final String CLASSES = "classes";

    /** Of a ConvNeXt classifier: the word of its {@link HeadNorm}. */
    static final String HEAD_NORM = "head-norm";

    private static final String RECIPE = "recipe";
    /** The recipe of what {@code import} writes. */
    public static final String IMPORT = "import";

    /** The file of a fine-tuned classifier in a folder of weights. */
    public static final String CLASSIFIER_FILE = "classifier.safetensors";

    /** The file of its moving average, where there is one. */
    public static final String AVERAGED_CLASSIFIER_FILE = "classifier-ema.safetensors";

    /** The classifier, averaged where there is an average, of the step with the highest top-1. */
    public static final String BEST_CLASSIFIER_FILE = "classifier-best.safetensors";

    /** The file of the encoder in a folder of weights. */
    public static final String ENCODER_FILE = "encoder.safetensors";

    /** The file of the full model in a folder of weights. */
    public static final String FULL_FILE = "full.safetensors";

    private StoredModel() {}

    /** Whether metadata are those of weights of Bandpass; other programs have a key for their configuration too. */
    public static boolean isOurs(Map<String, String> metadata) {
        return metadata.containsKey(CONFIG)
                && metadata.containsKey(KIND)
                && metadata.getOrDefault(PRODUCER, "").startsWith(NAME);
    }

    /**
     * Writes both files, and both of the moving average where there is one.
     *
     * @param trained the metadata of the images that they were trained on
     */
    public static void write(
            PretextTask task,
            Optional<MovingAverage> average,
            PretrainingConfig config,
            String recipe,
            long step,
            RunFolder folder,
            Map<String, String> trained)
            throws IOException {
        Map<String, String> encoder = metadata(ENCODER, config, recipe, step);
        Map<String, String> full = metadata(FULL, config, recipe, step);
        encoder.putAll(trained);
        full.putAll(trained);
        Files.createDirectories(folder.weights(""));
        save(folder.weights(ENCODER_FILE), NamedTensor.byName(task.encoder().state()), encoder);
        save(folder.weights(FULL_FILE), NamedTensor.byName(task.state()), full);
        if (average.isPresent()) {
            Map<String, Tensor> averages = NamedTensor.byName(average.get().averages());
            Map<String, Tensor> ofEncoder = new LinkedHashMap<>();
            averages.forEach((name, tensor) -> {
                if (name.startsWith(ENCODER_PREFIX)) {
                    ofEncoder.put(name.substring(ENCODER_PREFIX.length()), tensor);
                }
            });
            save(folder.weights("encoder-ema.safetensors"), ofEncoder, encoder);
            save(folder.weights("full-ema.safetensors"), averages, full);
        }
    }

    /**
     * Writes an encoder.
     *
     * @param head of a classifier, empty if there is none
     * @param norm where a ConvNeXt classifier has the norm before its head
     */
    public static void writeEncoder(
            Path file,
            Map<String, Tensor> encoder,
            Map<String, Tensor> head,
            HeadNorm norm,
            PretrainingConfig config,
            String recipe)
            throws IOException {
        Map<String, Tensor> all = new LinkedHashMap<>(encoder);
        all.putAll(head);
        Map<String, String> metadata = metadata(head.isEmpty() ? ENCODER : CLASSIFIER, config, recipe, 0);
        if (!head.isEmpty()) {
            boolean vit = config.encoder() instanceof VisionTransformerConfig;
            boolean mean = !vit || head.containsKey(MEAN_NORM + "weight");
            long classes = head.entrySet().stream()
                    .filter(entry -> entry.getValue().dim() == 2)
                    .mapToLong(entry -> entry.getValue().size(0))
                    .findFirst()
                    .orElse(0);
            metadata.put(POOLING, mean ? MEAN_POOLING : "cls");
            metadata.put(CLASSES, Long.toString(classes));
            if (config.encoder() instanceof ConvNeXtConfig) {
                metadata.put(HEAD_NORM, norm.word());
            }
        }
        save(file, all, metadata);
    }

    /**
     * Where a classifier has the norm before its head. Bandpass 0.1.0 did not say it: what it trained itself had the norm
     * before the mean, what it imported has it after the mean, where it came from.
     *
     * @return empty where the family of the encoder leaves no choice
     * @throws WeightsException if the metadata says something else
     */
    public static Optional<HeadNorm> headNorm(String source, Map<String, String> metadata, EncoderConfig encoder) {
        if (!(encoder instanceof ConvNeXtConfig)) {
            return Optional.empty();
        }
        String word = metadata.get(HEAD_NORM);
        if (word == null) {
            return Optional.of(IMPORT.equals(metadata.get(RECIPE)) ? HeadNorm.AFTER_MEAN : HeadNorm.BEFORE_MEAN);
        }
        Optional<HeadNorm> norm = HeadNorm.of(word);
        if (norm.isEmpty()) {
            throw new WeightsException(source + ": its metadata says " + HEAD_NORM + " '" + WeightsLoader.shown(word)
                    + "', which must be after-mean or before-mean");
        }
        return norm;
    }

    /** Writes a full model. */
    public static void writeFull(Path file, Map<String, Tensor> state, PretrainingConfig config, String recipe)
            throws IOException {
        save(file, state, metadata(FULL, config, recipe, 0));
    }

    private static void save(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        AtomicFiles.write(file, aside -> Safetensors.write(aside, tensors, metadata));
    }

    static Map<String, String> metadata(String kind, PretrainingConfig config, String recipe, long step) {
        int grid = config.encoder().imageSize() / config.encoder().stride();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put(PRODUCER, NAME + Environment.version());
        metadata.put(KIND, kind);
        metadata.put(RECIPE, recipe);
        metadata.put("step", Long.toString(step));
        metadata.put("image-size", Integer.toString(config.encoder().imageSize()));
        metadata.put("mean", config.data().mean().toString());
        metadata.put("std", config.data().std().toString());
        metadata.put("grid", grid + "x" + grid);
        metadata.put(CONFIG, ConfigBuilder.toYaml(config));
        return metadata;
    }

    /** A configuration of pre-training with the encoder of a run: what the encoder of any weights file is described by. */
    public static PretrainingConfig description(RunConfig config) {
        PretrainingConfig described = ConfigBuilder.of(PretrainingConfig.class)
                .set("train.seed", Long.toString(config.train().seed()), "the configuration")
                .pretrained(config, "the configuration")
                .build();
        return ConfigBuilder.with(described, "data", config.data());
    }

    /**
     * The configuration that weights were trained with, but for the index, as the weights may be a stranger's, and the
     * curriculum, whose last stage is what they are for.
     */
    public static PretrainingConfig config(Path fileOrFolder) throws IOException {
        Path file = find(fileOrFolder, ENCODER_FILE, FULL_FILE, CLASSIFIER_FILE);
        if (!Files.isRegularFile(file)) {
            throw new WeightsException("there is no weights file or folder " + file);
        }
        String yaml = Safetensors.readMetadata(file).get(CONFIG);
        if (yaml == null) {
            throw new WeightsException(
                    file + " has no Bandpass metadata, so its encoder is not known; make it known with"
                            + " bandpass import " + file + " --out DIR");
        }
        PretrainingConfig config = fromMetadata(PretrainingConfig.class, file, yaml);
        refuseMuchMore(file, config.encoder());
        return ConfigBuilder.with(config, "data", config.data().withoutIndexFolder())
                .withoutCurriculum();
    }

    /** What the metadata of a file says wrongly is a fault of the file, not of what a person asked for. */
    public static <T extends Record & RunConfig> T fromMetadata(Class<T> type, Path file, String yaml) {
        try {
            return ConfigBuilder.fromYaml(type, yaml, "the metadata of " + file);
        } catch (ConfigException e) {
            throw new WeightsException(
                    file + " is damaged, or cannot hold the model that its configuration speaks of: " + e.getMessage());
        }
    }

    /**
     * Refuses a file whose configuration speaks of a model of which the file can hold only a small part, before memory is
     * taken for that model: for its weights, its positions, or the tables that follow from its geometry.
     */
    public static void refuseMuchMore(Path file, EncoderConfig encoder) throws IOException {
        double bytes = Files.size(file);
        double cells = Math.pow(encoder.imageSize() / (double) encoder.stride(), 2);
        // A byte is the least that a number takes. Positions may be for larger images than those of the file.
        boolean fits = encoder.matrixWeights() <= MOST_WEIGHTS * bytes
                && cells * encoder.width() <= MOST_USES * bytes
                && encoder.tableBytes() <= Math.max(FREE_TABLES, MOST_USES * bytes)
                && encoder.blocks() <= bytes / LEAST_BYTES_OF_A_BLOCK;
        if (!fits) {
            throw cannotHold(file);
        }
    }

    /**
     * The same for the encoder and the decoder of a model. Each weight of a decoder is used at least once in each cell of the
     * map.
     */
    public static void refuseMuchMore(Path file, PretrainingConfig config) throws IOException {
        EncoderConfig encoder = config.encoder();
        refuseMuchMore(file, encoder);
        double cells = Math.pow(encoder.imageSize() / (double) encoder.stride(), 2);
        if (config.decoder().multiplyAddsPerImage(encoder) / cells > MOST_USES * (double) Files.size(file)) {
            throw cannotHold(file);
        }
    }

    private static WeightsException cannotHold(Path file) throws IOException {
        return new WeightsException(file + " of " + Files.size(file)
                + " bytes cannot hold the model that its configuration speaks of: it is damaged, or not what it says");
    }

    /**
     * Loads weights into a model: an encoder's file into its encoder, so that the rest is missing, a full one into all
     * of it.
     *
     * @param needsFull refuses an encoder's file
     * @return the table of what was loaded
     */
    public static WeightsLoader.Report load(PretextTask task, Path fileOrFolder, boolean needsFull) throws IOException {
        Path file = fullFile(fileOrFolder);
        try (TensorFile tensors = Safetensors.read(file)) {
            boolean full = tensors.names().stream().anyMatch(name -> name.startsWith(ENCODER_PREFIX));
            if (needsFull && !full) {
                throw new WeightsException(
                        file + " holds an encoder alone, but the decoder is needed too: give full.safetensors");
            }
            if (full) {
                return WeightsLoader.loadAll(NamedTensor.byName(task.state()), tensors);
            }
            Map<String, Tensor> encoder = NamedTensor.byName(task.encoder().state());
            List<String> startAnew = new ArrayList<>();
            if (hasNormAfterMean(tensors)) {
                startAnew.addAll(List.of("encoder.norm.weight", "encoder.norm.bias"));
                encoder.keySet().removeIf(StoredModel::isFinalNorm);
            }
            WeightsLoader.Report report = WeightsLoader.loadMatching(encoder, tensors, name -> !isHead(tensors, name));
            task.state().stream()
                    .map(NamedTensor::name)
                    .filter(name -> !name.startsWith(ENCODER_PREFIX))
                    .forEach(startAnew::add);
            return new WeightsLoader.Report(report.source(), report.loaded(), startAnew, List.of());
        }
    }

    /**
     * Loads the encoder of a file, whichever kind it is.
     *
     * @return the norm that a classifier has after the mean of the patches instead of the final one, if it is such
     */
    public static Optional<LayerNorm> loadEncoder(Encoder encoder, Path fileOrFolder) throws IOException {
        try (TensorFile tensors = Safetensors.read(find(fileOrFolder, ENCODER_FILE, FULL_FILE, CLASSIFIER_FILE))) {
            Map<String, Tensor> target = new TreeMap<>();
            boolean full = tensors.names().stream().anyMatch(name -> name.startsWith(ENCODER_PREFIX));
            NamedTensor.byName(encoder.state())
                    .forEach((name, tensor) -> target.put((full ? ENCODER_PREFIX : "") + name, tensor));
            boolean normAfterMean = hasNormAfterMean(tensors) && encoder instanceof VisionTransformer;
            if (normAfterMean) {
                target.keySet().removeIf(StoredModel::isFinalNorm);
            }
            WeightsLoader.loadMatching(
                    target, tensors, name -> full ? name.startsWith(ENCODER_PREFIX) : !isHead(tensors, name));
            if (!normAfterMean) {
                return Optional.empty();
            }
            ((VisionTransformer) encoder).leaveOutFinalNorm();
            LayerNorm norm = new LayerNorm(encoder.width(), VisionTransformer.EPSILON);
            Map<String, Tensor> values = new LinkedHashMap<>();
            norm.state().forEach(entry -> values.put(MEAN_NORM + entry.name(), entry.tensor()));
            WeightsLoader.loadMatching(values, tensors, name -> false);
            return Optional.of(norm);
        }
    }

    private static boolean hasNormAfterMean(TensorFile file) {
        return CLASSIFIER.equals(file.metadata().get(KIND)) && file.names().contains(MEAN_NORM + "weight");
    }

    private static boolean isFinalNorm(String name) {
        return name.equals("norm.weight") || name.equals("norm.bias");
    }

    /** Whether a tensor belongs to what a classifier has behind its encoder. */
    public static boolean isHead(TensorFile file, String name) {
        return CLASSIFIER.equals(file.metadata().get(KIND))
                && name.matches("(fc_norm|fc|head|head\\.fc)\\.(weight|bias)");
    }

    /** The file of the full model that was meant, or of the encoder alone. */
    public static Path fullFile(Path fileOrFolder) {
        return find(fileOrFolder, FULL_FILE, ENCODER_FILE, CLASSIFIER_FILE);
    }

    /** The file of the encoder, alone if it is there alone. */
    public static Path encoderFile(Path fileOrFolder) {
        return find(fileOrFolder, ENCODER_FILE, FULL_FILE, CLASSIFIER_FILE);
    }

    /**
     * The file that was meant where a folder may be named: one that {@code import} wrote, the weights of a run, or a run.
     *
     * @param names in the order in which they are looked for
     */
    static Path find(Path fileOrFolder, String... names) {
        if (!Files.isDirectory(fileOrFolder)) {
            return fileOrFolder;
        }
        for (String name : names) {
            for (Path folder : List.of(fileOrFolder, fileOrFolder.resolve("weights"))) {
                if (Files.isRegularFile(folder.resolve(name))) {
                    return folder.resolve(name);
                }
            }
        }
        throw new WeightsException(
                fileOrFolder + " is a folder without weights: there is no " + String.join(", nor ", names) + " in it");
    }

    /** The tensors of an encoder or classifier, without the prefix and the decoder of a full model. */
    static Map<String, Tensor> withoutPrefix(TensorFile file) {
        boolean full = file.names().stream().anyMatch(name -> name.startsWith(ENCODER_PREFIX));
        Map<String, Tensor> values = new LinkedHashMap<>();
        for (String name : file.names()) {
            if (!full) {
                values.put(name, file.get(name));
            } else if (name.startsWith(ENCODER_PREFIX)) {
                values.put(name.substring(ENCODER_PREFIX.length()), file.get(name));
            }
        }
        return values;
    }

    /** How many numbers are trained. */
    public static long parameters(TrainingTask task) {
        return task.parameters().stream()
                .mapToLong(parameter -> parameter.tensor().numel())
                .sum();
    }
}

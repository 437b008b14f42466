package io.bandpass.weights;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.config.SegmenterDescription;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.format.Safetensors;
import io.bandpass.format.SafetensorsHeader;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.segment.Segmenter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * An open weights file of Bandpass. Its header is already read and checked; tensors are read on request, always from
 * the file that was opened, even if another process replaces it meanwhile.
 *
 * <p>Files of 0.1.0 describe their encoder by a pre-training configuration, even if there was no pre-training; current
 * ones by an {@link EncoderDescription}.
 */
public final class WeightsFile implements AutoCloseable {
    /** Name of the encoder file in a weights folder. */
    public static final String ENCODER = "encoder.safetensors";

    /** Name of the file of its EMA. */
    public static final String AVERAGED_ENCODER = "encoder-ema.safetensors";

    /** Name of the file of the full model: encoder and decoder. */
    public static final String FULL = "full.safetensors";

    /** Name of the file of its EMA. */
    public static final String AVERAGED_FULL = "full-ema.safetensors";

    /** Name of the file of a fine-tuned classifier. */
    public static final String CLASSIFIER = "classifier.safetensors";

    /** Name of the file of its EMA. */
    public static final String AVERAGED_CLASSIFIER = "classifier-ema.safetensors";

    /** Name of the file of the classifier (its EMA if enabled) at the step with the highest top-1 accuracy. */
    public static final String BEST_CLASSIFIER = "classifier-best.safetensors";

    /** Name of the file of a segmentation model. */
    public static final String SEGMENTER = "segmenter.safetensors";

    /** Name of the file of its EMA. */
    public static final String AVERAGED_SEGMENTER = "segmenter-ema.safetensors";

    /** Name of the file of the segmentation model (its EMA if enabled) at the step with the highest mIoU. */
    public static final String BEST_SEGMENTER = "segmenter-best.safetensors";

    /** Prefix of the encoder's tensor names in a full model. */
    static final String ENCODER_PREFIX = "encoder.";

    private final Path path;
    private final FileChannel channel;
    private final SafetensorsHeader header;

    private WeightsFile(Path path) throws IOException {
        this.path = path;
        channel = Safetensors.open(path);
        try {
            header = SafetensorsHeader.read(path.toString(), channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Opens an encoder; in a folder, prefers the file that holds only the encoder.
     *
     * @param fileOrFolder a file, a run folder, its weights, or a folder that {@code import} wrote
     * @throws WeightsException if there is none, or it is not a valid safetensors file
     */
    public static WeightsFile ofEncoder(Path fileOrFolder) throws IOException {
        return new WeightsFile(find(fileOrFolder, ENCODER, FULL, CLASSIFIER, SEGMENTER));
    }

    /** Opens a full model; an encoder or classifier if a folder has none. */
    public static WeightsFile ofModel(Path fileOrFolder) throws IOException {
        return new WeightsFile(find(fileOrFolder, FULL, ENCODER, CLASSIFIER, SEGMENTER));
    }

    /** Opens a classifier; an encoder or full model if a folder has none. */
    public static WeightsFile ofClassifier(Path fileOrFolder) throws IOException {
        return new WeightsFile(find(fileOrFolder, CLASSIFIER, ENCODER, FULL, SEGMENTER));
    }

    /** Opens a segmentation model; a classifier, encoder or full model if a folder has none. */
    public static WeightsFile ofSegmenter(Path fileOrFolder) throws IOException {
        return new WeightsFile(find(fileOrFolder, SEGMENTER, CLASSIFIER, ENCODER, FULL));
    }

    /** Returns the first of these files that exists in a folder or in its subfolder {@code weights}. */
    private static Path find(Path fileOrFolder, String... names) {
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

    public Path path() {
        return path;
    }

    /** Returns the file name without its folder. */
    public String name() {
        return String.valueOf(path.getFileName());
    }

    /** Returns the size in bytes. */
    public long size() throws IOException {
        return channel.size();
    }

    /** Returns the metadata strings by key. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Whether the file holds a full model, whose encoder tensors have the prefix {@code encoder.}. */
    public boolean isFull() {
        return header.names().stream().anyMatch(name -> name.startsWith(ENCODER_PREFIX));
    }

    public boolean isClassifier() {
        return WeightsMetadata.CLASSIFIER.equals(metadata().get(WeightsMetadata.KIND));
    }

    public boolean isSegmenter() {
        return WeightsMetadata.SEGMENTER.equals(metadata().get(WeightsMetadata.KIND));
    }

    /**
     * Returns what a segmentation model has besides its encoder.
     *
     * @throws WeightsException if the metadata lacks it
     */
    public SegmenterDescription segmenter() {
        return described(() -> SegmenterDescription.of(
                String.valueOf(metadata().get(WeightsMetadata.HEAD)),
                String.valueOf(metadata().get(WeightsMetadata.LABEL_CLASSES)),
                String.valueOf(metadata().get(WeightsMetadata.VALIDATE)),
                "the metadata of " + path));
    }

    /** Whether this is a mean-pooled ViT classifier, which has a norm after the mean and no final norm. */
    boolean hasNormAfterMean() {
        return isClassifier() && header.names().contains(Classifier.MEAN_NORM + ".weight");
    }

    /** Whether a tensor belongs to the layers of a classifier or a segmentation model that follow its encoder. */
    public boolean isHead(String name) {
        return (isClassifier() && name.matches("(fc_norm|fc|head|head\\.fc)\\.(weight|bias)"))
                || (isSegmenter() && Segmenter.isBehindEncoder(name));
    }

    /** Whether the file's encoder has no final norm: heads of segmentation models read its levels instead. */
    boolean hasNoFinalNorm() {
        return isSegmenter() || hasNormAfterMean();
    }

    /** Reads the tensors. */
    public TensorFile read() throws IOException {
        return Safetensors.read(path.toString(), channel, header);
    }

    /**
     * Returns the tensors of an encoder or classifier, without the prefix and the decoder of a full model.
     *
     * @param tensors result of {@link #read}
     */
    Map<String, Tensor> withoutPrefix(TensorFile tensors) {
        if (!isFull()) {
            return new LinkedHashMap<>(tensors.all());
        }
        Map<String, Tensor> values = new LinkedHashMap<>();
        tensors.all().forEach((name, tensor) -> {
            if (name.startsWith(ENCODER_PREFIX)) {
                values.put(name.substring(ENCODER_PREFIX.length()), tensor);
            }
        });
        return values;
    }

    /**
     * Returns the encoder's configuration and input normalisation.
     *
     * @throws WeightsException if the metadata lacks it, or the file cannot hold such an encoder
     */
    public EncoderDescription description() throws IOException {
        EncoderDescription description = described(() -> {
            String encoder = metadata().get(WeightsMetadata.ENCODER_SECTION);
            return encoder != null
                    ? EncoderDescription.of(
                            encoder,
                            String.valueOf(metadata().get(WeightsMetadata.MEAN)),
                            String.valueOf(metadata().get(WeightsMetadata.STD)),
                            "the metadata of " + path)
                    : EncoderDescription.of(stored(PretrainingConfig.class, WeightsMetadata.CONFIG));
        });
        PlausibleSize.check(path, size(), description.encoder());
        return description;
    }

    /**
     * Returns the pre-training configuration, without its curriculum, as the model is for images of the last stage, and
     * without an index folder, as the weights may come from an untrusted source.
     *
     * @throws WeightsException if there is none, or the file cannot hold such a model
     */
    public PretrainingConfig pretraining() throws IOException {
        PretrainingConfig config = stored(PretrainingConfig.class, WeightsMetadata.CONFIG);
        PlausibleSize.check(path, size(), config.encoder());
        return ConfigBuilder.with(config, config.data().untrusted()).withoutCurriculum();
    }

    /** Returns the fine-tuning configuration, if the weights were fine-tuned. */
    public Optional<FinetuningConfig> finetuning() {
        return metadata().containsKey(WeightsMetadata.FINETUNING)
                ? Optional.of(stored(FinetuningConfig.class, WeightsMetadata.FINETUNING))
                : Optional.empty();
    }

    /** Whether {@link #pretraining()} is known. */
    public boolean hasPretraining() {
        return metadata().containsKey(WeightsMetadata.CONFIG);
    }

    /** Returns how the run that trained the weights read and evaluated its images. */
    public WeightsOrigin origin() throws IOException {
        Optional<FinetuningConfig> finetuning = finetuning();
        if (finetuning.isPresent()) {
            return WeightsOrigin.of(finetuning.get());
        }
        if (hasPretraining()) {
            return WeightsOrigin.of(pretraining());
        }
        EncoderDescription encoder = description();
        Map<String, String> sections = new LinkedHashMap<>(metadata());
        sections.keySet().retainAll(List.of(WeightsMetadata.DATA, WeightsMetadata.EVALUATE));
        return described(() -> WeightsOrigin.of(encoder, sections, seed(), "the metadata of " + path));
    }

    private long seed() {
        String seed = metadata().getOrDefault(WeightsMetadata.SEED, "0");
        try {
            return Long.parseLong(seed);
        } catch (NumberFormatException e) {
            throw new WeightsException(path + ": its metadata says seed '" + WeightsLoader.shown(seed)
                    + "', which must be a whole number");
        }
    }

    /**
     * Returns the position of the norm before a classifier's head. Bandpass 0.1.0 did not record it: classifiers that
     * it trained have the norm before the mean, imported ones after the mean, like their source.
     *
     * @return empty if the encoder family leaves no choice
     * @throws WeightsException if the metadata holds an unknown word
     */
    public Optional<HeadNorm> headNorm(EncoderConfig encoder) {
        if (!(encoder instanceof ConvNeXtConfig)) {
            return Optional.empty();
        }
        String word = metadata().get(WeightsMetadata.HEAD_NORM);
        if (word == null) {
            boolean imported = WeightsMetadata.IMPORT.equals(metadata().get(WeightsMetadata.RECIPE));
            return Optional.of(imported ? HeadNorm.AFTER_MEAN : HeadNorm.BEFORE_MEAN);
        }
        Optional<HeadNorm> norm = HeadNorm.of(word);
        if (norm.isEmpty()) {
            throw new WeightsException(path + ": its metadata says " + WeightsMetadata.HEAD_NORM + " '"
                    + WeightsLoader.shown(word) + "', which must be after-mean or before-mean");
        }
        return norm;
    }

    private <T extends Record & RunConfig> T stored(Class<T> type, String key) {
        String yaml = metadata().get(key);
        if (yaml == null) {
            throw new WeightsException(
                    path + " has no Bandpass metadata, so its encoder is not known; make it known with"
                            + " bandpass import " + path + " --out DIR");
        }
        return described(() -> ConfigBuilder.fromYaml(type, yaml, "the metadata of " + path));
    }

    /** Turns configuration errors into weights errors, as wrong metadata is the file's fault, not the user's. */
    <T> T described(Supplier<T> read) {
        try {
            return read.get();
        } catch (ConfigException e) {
            throw new WeightsException(
                    path + " is damaged, or cannot hold the model that its configuration speaks of: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

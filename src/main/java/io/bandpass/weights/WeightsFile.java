package io.bandpass.weights;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.format.Safetensors;
import io.bandpass.format.SafetensorsHeader;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
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
 * A weights file of Bandpass, open: which file was meant is settled, its header is read and checked, and its tensors are
 * read when they are asked for. What another process puts in its place meanwhile is not seen.
 *
 * <p>Files of 0.1.0 describe their encoder by a configuration of pre-training, also where none ran; the present ones by an
 * {@link EncoderDescription}.
 */
public final class WeightsFile implements AutoCloseable {
    /** The file of the encoder in a folder of weights. */
    public static final String ENCODER = "encoder.safetensors";

    /** The file of its moving average, where there is one. */
    public static final String AVERAGED_ENCODER = "encoder-ema.safetensors";

    /** The file of the full model: encoder and decoder. */
    public static final String FULL = "full.safetensors";

    /** The file of its moving average, where there is one. */
    public static final String AVERAGED_FULL = "full-ema.safetensors";

    /** The file of a fine-tuned classifier. */
    public static final String CLASSIFIER = "classifier.safetensors";

    /** The file of its moving average, where there is one. */
    public static final String AVERAGED_CLASSIFIER = "classifier-ema.safetensors";

    /** The classifier, averaged where there is an average, of the step with the highest top-1. */
    public static final String BEST_CLASSIFIER = "classifier-best.safetensors";

    /** What the names of an encoder's tensors begin with in a full model. */
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
     * Opens the file of an encoder: where a folder is named, the encoder alone if it is there alone.
     *
     * @param fileOrFolder a file, a run folder, its weights, or a folder that {@code import} wrote
     * @throws WeightsException if there is none, or it is no sound safetensors file
     */
    public static WeightsFile ofEncoder(Path fileOrFolder) throws IOException {
        return new WeightsFile(find(fileOrFolder, ENCODER, FULL, CLASSIFIER));
    }

    /** Opens the file of a full model, or of less where a folder has none. */
    public static WeightsFile ofModel(Path fileOrFolder) throws IOException {
        return new WeightsFile(find(fileOrFolder, FULL, ENCODER, CLASSIFIER));
    }

    /** Opens the file of a classifier, or of an encoder where a folder has none. */
    public static WeightsFile ofClassifier(Path fileOrFolder) throws IOException {
        return new WeightsFile(find(fileOrFolder, CLASSIFIER, ENCODER, FULL));
    }

    /** The first of these names in a folder, or in the folder {@code weights} of a run. */
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

    /** Without its folder. */
    public String name() {
        return String.valueOf(path.getFileName());
    }

    /** Texts by their keys. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Whether it holds a full model, whose tensors of the encoder are named {@code encoder.}. */
    public boolean isFull() {
        return header.names().stream().anyMatch(name -> name.startsWith(ENCODER_PREFIX));
    }

    public boolean isClassifier() {
        return WeightsMetadata.CLASSIFIER.equals(metadata().get(WeightsMetadata.KIND));
    }

    /** Whether it is a classifier of the mean of a ViT's patches, which has a norm of that mean and no final one. */
    boolean hasNormAfterMean() {
        return isClassifier() && header.names().contains(Classifier.MEAN_NORM + ".weight");
    }

    /** Whether a tensor belongs to what a classifier has behind its encoder. */
    public boolean isHead(String name) {
        return isClassifier() && name.matches("(fc_norm|fc|head|head\\.fc)\\.(weight|bias)");
    }

    /** Reads the tensors. */
    public TensorFile read() throws IOException {
        return Safetensors.read(path.toString(), channel, header);
    }

    /**
     * The tensors of an encoder or classifier, without the prefix and the decoder of a full model.
     *
     * @param tensors what {@link #read} gave
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
     * The encoder, and what it is to be fed with.
     *
     * @throws WeightsException if the metadata do not say it, or the file cannot hold such an encoder
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
        PlausibleSize.check(path, description.encoder());
        return description;
    }

    /**
     * The configuration that the model was pre-trained with, without its curriculum, as the model is one for images of the
     * last stage, and without a folder for the index, as the weights may be a stranger's.
     *
     * @throws WeightsException if there is none, or the file cannot hold such a model
     */
    public PretrainingConfig pretraining() throws IOException {
        PretrainingConfig config = stored(PretrainingConfig.class, WeightsMetadata.CONFIG);
        PlausibleSize.check(path, config.encoder());
        return ConfigBuilder.with(config, config.data().withoutIndexFolder()).withoutCurriculum();
    }

    /** The configuration that it was fine-tuned with, if it was. */
    public Optional<FinetuningConfig> finetuning() {
        return metadata().containsKey(WeightsMetadata.FINETUNING)
                ? Optional.of(stored(FinetuningConfig.class, WeightsMetadata.FINETUNING))
                : Optional.empty();
    }

    /** Whether {@link #pretraining()} is known. */
    public boolean hasPretraining() {
        return metadata().containsKey(WeightsMetadata.CONFIG);
    }

    /** How the run that trained it read and evaluated its images. */
    public WeightsOrigin origin() throws IOException {
        Optional<FinetuningConfig> finetuning = finetuning();
        if (finetuning.isPresent()) {
            return WeightsOrigin.of(finetuning.get());
        }
        return hasPretraining() ? WeightsOrigin.of(pretraining()) : WeightsOrigin.of(description());
    }

    /**
     * Where a classifier has the norm before its head. Bandpass 0.1.0 did not say it: what it trained itself had the norm
     * before the mean, what it imported has it after the mean, where it came from.
     *
     * @return empty where the family of the encoder leaves no choice
     * @throws WeightsException if the metadata says something else
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

    /** What the metadata say wrongly is a fault of the file, not of what a person asked for. */
    private <T> T described(Supplier<T> read) {
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

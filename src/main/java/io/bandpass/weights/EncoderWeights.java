package io.bandpass.weights;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.Pooling;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.Words;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.ConvNeXt;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.encoder.SwinTransformer;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.NamedTensor;
import io.bandpass.task.NotFiniteException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/**
 * An encoder loaded from weights of any kind: an encoder file, a full model or a classifier, whose head is ignored. A
 * ViT fine-tuned with mean pooling has a norm after the mean (timm's {@code fc_norm}) instead of its final norm.
 *
 * @param file the file of the encoder
 * @param origin how its training images were read, normalised and evaluated
 * @param preprocess preprocessing of a classifier's validation; the default for other weights
 * @param meanNorm the norm after the mean
 */
public record EncoderWeights(
        Path file, WeightsOrigin origin, PreprocessConfig preprocess, Encoder encoder, Optional<LayerNorm> meanNorm)
        implements AutoCloseable {
    /**
     * Opens an encoder on the CPU, in evaluation mode.
     *
     * @param fileOrFolder a file or its folder
     */
    public static EncoderWeights open(Path fileOrFolder) throws IOException {
        try (WeightsFile file = WeightsFile.ofEncoder(fileOrFolder)) {
            // All values are replaced, so the seed of the initial ones does not matter.
            Encoder encoder = Encoders.create(file.description().encoder(), 0);
            try {
                encoder.setTraining(false);
                return new EncoderWeights(
                        file.path(), file.origin(), ClassifierWeights.preprocess(file), encoder, load(encoder, file));
            } catch (IOException | RuntimeException e) {
                encoder.close();
                throw e;
            }
        }
    }

    /**
     * Loads the encoder of a file of any kind into one that is not trained any more: if the file is a classifier with a
     * norm after mean pooling, the final norm of the encoder is removed. For training, {@link ModelWeights#loadEncoder}.
     *
     * @return the norm after mean pooling, if the file is a classifier that has it instead of the final norm
     */
    public static Optional<LayerNorm> load(Encoder encoder, WeightsFile file) throws IOException {
        boolean full = file.isFull();
        boolean normAfterMean = file.hasNormAfterMean() && encoder instanceof VisionTransformer;
        Map<String, Tensor> target = new TreeMap<>();
        NamedTensor.byName(encoder.state())
                .forEach((name, tensor) -> target.put((full ? WeightsFile.ENCODER_PREFIX : "") + name, tensor));
        if (file.isSegmenter() && (encoder instanceof SwinTransformer || encoder instanceof ConvNeXt)) {
            throw new WeightsException(
                    file.path() + " holds the encoder of a segmentation model, which has no final norm, so"
                            + " it gives no features; give the encoder that the model began with");
        }
        if (normAfterMean || (file.isSegmenter() && encoder instanceof VisionTransformer)) {
            target.keySet().removeIf(EncoderWeights::isFinalNorm);
        }
        try (TensorFile tensors = file.read()) {
            WeightsLoader.loadMatching(
                    target, tensors, name -> full ? name.startsWith(WeightsFile.ENCODER_PREFIX) : !file.isHead(name));
            if (file.isSegmenter() && encoder instanceof VisionTransformer vit) {
                vit.leaveOutFinalNorm();
            }
            if (!normAfterMean) {
                return Optional.empty();
            }
            ((VisionTransformer) encoder).leaveOutFinalNorm();
            LayerNorm norm = new LayerNorm(encoder.width(), VisionTransformer.EPSILON);
            Map<String, Tensor> values = new LinkedHashMap<>();
            norm.state().forEach(entry -> values.put(Classifier.MEAN_NORM + "." + entry.name(), entry.tensor()));
            WeightsLoader.loadMatching(values, tensors, name -> false);
            return Optional.of(norm);
        }
    }

    static boolean isFinalNorm(String name) {
        return name.equals("norm.weight") || name.equals("norm.bias");
    }

    /**
     * Writes the encoder of a run of any kind.
     *
     * @param state its tensors, by the names of timm
     * @param trained metadata of the images that it was trained on
     */
    public static void write(
            Path file,
            Map<String, Tensor> state,
            RunConfig config,
            String recipe,
            long step,
            Map<String, String> trained)
            throws IOException {
        Map<String, String> metadata = WeightsMetadata.ofRun(WeightsMetadata.ENCODER, config, recipe, step);
        metadata.putAll(trained);
        Safetensors.writeWhole(file, state, metadata);
    }

    /**
     * Writes an imported encoder.
     *
     * @param head head of a classifier; empty if there is none
     * @param norm position of the norm before the head of a ConvNeXt classifier
     * @param config configuration with the known settings of the program that trained it
     */
    public static void writeImported(
            Path file, Map<String, Tensor> encoder, Map<String, Tensor> head, HeadNorm norm, PretrainingConfig config)
            throws IOException {
        Map<String, Tensor> all = new LinkedHashMap<>(encoder);
        all.putAll(head);
        Map<String, String> metadata = WeightsMetadata.of(
                head.isEmpty() ? WeightsMetadata.ENCODER : WeightsMetadata.CLASSIFIER,
                config.encoder(),
                WeightsOrigin.of(config),
                WeightsMetadata.IMPORT);
        if (!head.isEmpty()) {
            boolean vit = config.encoder() instanceof VisionTransformerConfig;
            boolean mean = !vit || head.containsKey(Classifier.MEAN_NORM + ".weight");
            long classes = head.values().stream()
                    .filter(tensor -> tensor.dim() == 2)
                    .mapToLong(tensor -> tensor.size(0))
                    .findFirst()
                    .orElse(0);
            metadata.put(WeightsMetadata.POOLING, Words.of(mean ? Pooling.MEAN : Pooling.CLS));
            metadata.put(WeightsMetadata.CLASSES, Long.toString(classes));
            if (config.encoder() instanceof ConvNeXtConfig) {
                metadata.put(WeightsMetadata.HEAD_NORM, norm.word());
            }
        }
        Safetensors.writeWhole(file, all, metadata);
    }

    /** Returns the exception for weights whose features are not finite. */
    public WeightsException ofNoUse(NotFiniteException reason) {
        return new WeightsException(file + " is of no use: " + reason.getMessage());
    }

    @Override
    public void close() {
        encoder.close();
        meanNorm.ifPresent(LayerNorm::close);
    }
}

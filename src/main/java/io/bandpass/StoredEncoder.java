package io.bandpass;

import io.bandpass.checkpoint.Safetensors;
import io.bandpass.checkpoint.TensorFile;
import io.bandpass.checkpoint.WeightsException;
import io.bandpass.checkpoint.WeightsLoader;
import io.bandpass.config.RunConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.nn.LayerNorm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;

/**
 * The encoder of a weights file of any kind: alone, in a full model, or in a classifier, whose head is left aside. A
 * ViT that was fine-tuned on the mean of its patches has a norm of that mean instead of its final norm.
 *
 * @param meanNorm that norm
 */
record StoredEncoder(RunConfig config, Encoder encoder, Optional<LayerNorm> meanNorm) implements AutoCloseable {
    private static final String MEAN_NORM = "fc_norm.";
    private static final String HEAD = "head.";
    private static final double EPSILON = 1e-6;

    /** Opens a file, on the CPU, in evaluation mode. */
    static StoredEncoder open(Path weights) throws IOException {
        RunConfig config = StoredModel.config(weights);
        Encoder encoder = Encoders.create(config.encoder(), config.train().seed());
        try (TensorFile tensors = Safetensors.read(weights)) {
            encoder.setTraining(false);
            if (tensors.find(MEAN_NORM + "weight") != null) {
                return new StoredEncoder(config, encoder, Optional.of(fineTuned(encoder, tensors)));
            }
            boolean full = tensors.names().stream().anyMatch(name -> name.startsWith("encoder."));
            String prefix = full ? "encoder." : "";
            Predicate<String> ours = name -> full ? name.startsWith(prefix) : !name.startsWith(HEAD);
            WeightsLoader.loadMatching(named(encoder, prefix, name -> true), tensors, ours);
            return new StoredEncoder(config, encoder, Optional.empty());
        } catch (IOException | RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /** Loads all but the final norm, and gives the norm of the mean. */
    private static LayerNorm fineTuned(Encoder encoder, TensorFile tensors) {
        if (!(encoder instanceof VisionTransformer)) {
            throw new WeightsException(tensors.source() + " has a norm of the mean (" + MEAN_NORM
                    + "weight), which only a ViT can have, but its encoder is a "
                    + encoder.getClass().getSimpleName());
        }
        Map<String, Tensor> model = named(encoder, "", name -> !name.startsWith("norm."));
        LayerNorm meanNorm = new LayerNorm(encoder.width(), EPSILON);
        try {
            meanNorm.state().forEach(entry -> model.put(MEAN_NORM + entry.name(), entry.tensor()));
            WeightsLoader.loadMatching(model, tensors, name -> !name.startsWith(HEAD));
        } catch (RuntimeException e) {
            meanNorm.close();
            throw e;
        }
        return meanNorm;
    }

    private static Map<String, Tensor> named(Encoder encoder, String prefix, Predicate<String> wanted) {
        Map<String, Tensor> named = new TreeMap<>();
        StoredModel.byName(encoder.state()).forEach((name, tensor) -> {
            if (wanted.test(name)) {
                named.put(prefix + name, tensor);
            }
        });
        return named;
    }

    @Override
    public void close() {
        encoder.close();
        meanNorm.ifPresent(LayerNorm::close);
    }
}

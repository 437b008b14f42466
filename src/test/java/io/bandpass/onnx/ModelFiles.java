package io.bandpass.onnx;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.Pooling;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.nn.Layer;
import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.EncoderWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Weights files of encoders and classifiers of which no tensor has its initial value. */
final class ModelFiles {
    /** All choices of an export. */
    static final List<OnnxOptions> OPTIONS = List.of(
            OnnxOptions.DEFAULT,
            new OnnxOptions(true, false),
            new OnnxOptions(false, true),
            new OnnxOptions(true, true));

    private static final double SPREAD = 0.2;

    private ModelFiles() {}

    static Path encoder(Path file, EncoderConfig config) throws IOException {
        return encoder(file, config, SPREAD);
    }

    /** As {@link #encoder(Path, EncoderConfig)}, with noise of another standard deviation. */
    static Path encoder(Path file, EncoderConfig config, double spread) throws IOException {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1)) {
            EncoderWeights.writeImported(
                    file, noisy(encoder, spread), Map.of(), HeadNorm.AFTER_MEAN, described(config));
        }
        return file;
    }

    static Path classifier(Path file, EncoderConfig config, Pooling pooling, int classes, HeadNorm norm)
            throws IOException {
        try (PointerScope scope = new PointerScope();
                Classifier classifier = new Classifier(config, pooling, classes, 1, 1, norm)) {
            Map<String, Tensor> state = noisy(classifier, SPREAD);
            Map<String, Tensor> head = new LinkedHashMap<>(state);
            head.keySet()
                    .removeAll(NamedTensor.byName(classifier.encoder().state()).keySet());
            state.keySet().removeAll(head.keySet());
            EncoderWeights.writeImported(file, state, head, norm, described(config));
        }
        return file;
    }

    private static PretrainingConfig described(EncoderConfig config) {
        EncoderDescription description =
                new EncoderDescription(config, List.of(0.5, 0.45, 0.4), List.of(0.2, 0.25, 0.3));
        return ConfigBuilder.of(PretrainingConfig.class)
                .pretrained(description, "the test")
                .build();
    }

    private static Map<String, Tensor> noisy(Layer model, double spread) {
        torch.manual_seed(1);
        Map<String, Tensor> state = new LinkedHashMap<>();
        try (NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor entry : model.state()) {
                Tensor value = entry.tensor().detach().clone();
                if (value.scalar_type().intern() == ScalarType.Float) {
                    Tensor noise = Tensors.multiply(torch.randn_like(value), spread);
                    // A variance must stay above 0.
                    value.add_(entry.name().endsWith("running_var") ? noise.abs() : noise);
                }
                state.put(entry.name(), value);
            }
        }
        return state;
    }
}

package io.bandpass.onnx;

import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.ConvNeXt;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.nn.NamedTensor;
import io.bandpass.weights.ClassifierWeights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** A classifier, with the output {@code logits} (N, classes). */
final class ExportedClassifier implements ExportedModel {
    private static final String LOGITS = "logits";

    private final ClassifierWeights weights;

    ExportedClassifier(ClassifierWeights weights) {
        this.weights = weights;
    }

    @Override
    public void addTo(OnnxGraph graph, GraphLayers layers, String images) {
        String pooled = pooled(EncoderGraphs.of(encoder(), layers), layers, images);
        String logits = layers.linear(pooled, weights.classifier().encoder().headName());
        graph.output(
                LOGITS,
                logits,
                "logits of the classes, whose softmax is their probabilities",
                weights.classifier().classes());
    }

    private String pooled(EncoderGraph encoder, GraphLayers layers, String images) {
        if (isVisionTransformer()) {
            if (!normsMean()) {
                return layers.select(encoder.encode(images, true), 1, 0); // (N, C)
            }
            String mean = layers.mean(layers.patchTokens(encoder.encode(images, false)), 1);
            return layers.layerNorm(mean, Classifier.MEAN_NORM, VisionTransformer.EPSILON);
        }
        boolean normAfterMean = weights.classifier().headNorm().equals(Optional.of(HeadNorm.AFTER_MEAN));
        String mean = layers.mean(encoder.encode(images, !normAfterMean), 2, 3); // (N, C)
        return normAfterMean ? layers.layerNorm(mean, ConvNeXt.FINAL_NORM, ConvNeXt.EPSILON) : mean;
    }

    private boolean isVisionTransformer() {
        return weights.classifier().encoder() instanceof VisionTransformer;
    }

    /** Whether a ViT pools the mean of its patches. */
    private boolean normsMean() {
        return state().containsKey(Classifier.MEAN_NORM + ".weight");
    }

    @Override
    public Map<String, Tensor> forward(Tensor images) {
        return Map.of(LOGITS, weights.classifier().logits(images));
    }

    @Override
    public EncoderConfig encoder() {
        return weights.classifier().encoder().config();
    }

    @Override
    public int imageSize() {
        return weights.imageSize();
    }

    @Override
    public DataConfig data() {
        return weights.data();
    }

    @Override
    public PreprocessConfig preprocess() {
        return weights.preprocess();
    }

    @Override
    public String pooling() {
        return isVisionTransformer() && !normsMean() ? "cls" : "mean";
    }

    @Override
    public List<String> classNames() {
        return weights.classNames();
    }

    @Override
    public Map<String, Tensor> state() {
        return NamedTensor.byName(weights.classifier().state());
    }

    @Override
    public void close() {
        weights.close();
    }
}

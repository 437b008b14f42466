package io.bandpass.onnx;

import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.EncoderWeights;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * An encoder, with the outputs {@code tokens} (N, L, C), {@code pooled} (N, C) and {@code class_token} (N, C) of a ViT,
 * {@code feature_map} (N, C, H/s, W/s) and {@code pooled} of the other families.
 */
final class ExportedEncoder implements ExportedModel {
    private static final String TOKENS = "tokens";
    private static final String CLASS_TOKEN = "class_token";
    private static final String MAP = "feature_map";
    private static final String POOLED = "pooled";

    private final EncoderWeights weights;

    ExportedEncoder(EncoderWeights weights) {
        this.weights = weights;
    }

    @Override
    public void addTo(OnnxGraph graph, GraphLayers layers, String images) {
        String encoded = EncoderGraphs.of(encoder(), layers).encode(images, true);
        long width = encoder().width();
        long cells = imageSize() / encoder().stride();
        if (weights.encoder() instanceof VisionTransformer) {
            String patches = layers.patchTokens(encoded);
            graph.output(TOKENS, patches, "tokens of the patches, row by row, normalised", cells * cells, width);
            graph.output(POOLED, layers.mean(patches, 1), "mean of the tokens", width);
            graph.output(CLASS_TOKEN, layers.select(encoded, 1, 0), "the class token, normalised", width);
        } else {
            graph.output(MAP, encoded, "the feature map", width, cells, cells);
            graph.output(POOLED, layers.mean(encoded, 2, 3), "mean of the feature map", width);
        }
    }

    @Override
    public Map<String, Tensor> forward(Tensor images) {
        if (weights.encoder() instanceof VisionTransformer vit) {
            Tensor tokens = vit.tokens(images); // (N, 1 + L, C)
            Tensor patches = Tensors.slice(tokens, 1, 1, tokens.size(1));
            return Map.of(TOKENS, patches, POOLED, Tensors.mean(patches, 1), CLASS_TOKEN, tokens.select(1, 0));
        }
        Tensor map = weights.encoder().forward(images);
        return Map.of(MAP, map, POOLED, Tensors.mean(map, 2, 3));
    }

    @Override
    public EncoderConfig encoder() {
        return weights.encoder().config();
    }

    @Override
    public int imageSize() {
        return encoder().imageSize();
    }

    @Override
    public DataConfig data() {
        return weights.origin().data();
    }

    @Override
    public PreprocessConfig preprocess() {
        return weights.preprocess();
    }

    @Override
    public String pooling() {
        return "mean";
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }

    @Override
    public Map<String, Tensor> state() {
        return NamedTensor.byName(weights.encoder().state());
    }

    @Override
    public void close() {
        weights.close();
    }
}

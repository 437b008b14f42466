package io.bandpass.onnx;

import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.VisionTransformerConfig.RelativePosition;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.nn.RelativePositionBias;
import java.util.List;

/** A ViT as nodes. */
final class VisionTransformerGraph implements EncoderGraph {
    private final VisionTransformerConfig config;
    private final GraphLayers layers;
    private final GraphAttention attention;

    VisionTransformerGraph(VisionTransformerConfig config, GraphLayers layers) {
        this.config = config;
        this.layers = layers;
        attention = new GraphAttention(layers, 3, config.width(), config.heads());
    }

    @Override
    public String encode(String images, boolean norm) {
        String patches = layers.patches(images, "patch_embed.proj", config.patchSize()); // (N, L, C)
        String classTokens = layers.perImage(layers.weight("cls_token"), layers.tensor("cls_token"), images);
        String tokens = layers.concatenate(1, classTokens, patches); // (N, 1 + L, C)
        if (layers.has("pos_embed")) {
            tokens = layers.add(tokens, layers.weight("pos_embed"));
        }
        List<String> shared = config.relativePosition() == RelativePosition.SHARED ? bias("rel_pos_bias") : List.of();
        for (int i = 0; i < config.depth(); i++) {
            tokens = block(tokens, "blocks." + i, shared);
        }
        return norm ? layers.layerNorm(tokens, "norm", VisionTransformer.EPSILON) : tokens;
    }

    private String block(String x, String name, List<String> shared) {
        List<String> addends = config.relativePosition() == RelativePosition.PER_BLOCK ? bias(name + ".attn") : shared;
        // timm's Beit, which has relative positions, names its layer scales differently.
        boolean beit = config.relativePosition() != RelativePosition.NONE;
        String normed = layers.layerNorm(x, name + ".norm1", VisionTransformer.EPSILON);
        String attended = attention.forward(normed, name + ".attn", true, addends);
        String sum = layers.add(x, layers.scaled(attended, name + (beit ? ".gamma_1" : ".ls1.gamma")));
        String mlp = layers.mlp(layers.layerNorm(sum, name + ".norm2", VisionTransformer.EPSILON), name + ".mlp");
        return layers.add(sum, layers.scaled(mlp, name + (beit ? ".gamma_2" : ".ls2.gamma")));
    }

    private List<String> bias(String name) {
        return List.of(layers.relativePositions(
                name + "." + RelativePositionBias.TABLE, config.imageSize() / config.patchSize(), true));
    }
}

package io.bandpass.onnx;

import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.encoder.ShiftedWindows;
import io.bandpass.encoder.SwinTransformer;
import io.bandpass.nn.RelativePositionBias;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;

/** A Swin Transformer as nodes. Its maps are made of whole windows, as its configuration ensures. */
final class SwinTransformerGraph implements EncoderGraph {
    private static final String POSITIONS = "absolute_pos_embed";

    private final SwinTransformerConfig config;
    private final GraphLayers layers;

    SwinTransformerGraph(SwinTransformerConfig config, GraphLayers layers) {
        this.config = config;
        this.layers = layers;
    }

    @Override
    public String encode(String images, boolean norm) {
        String tokens = layers.patches(images, "patch_embed.proj", config.patchSize()); // (N, L, C)
        tokens = layers.layerNorm(tokens, "patch_embed.norm", SwinTransformer.EPSILON);
        if (layers.has(POSITIONS)) {
            tokens = layers.add(tokens, layers.weight(POSITIONS));
        }
        String x = layers.reshape(tokens, 0, config.map(0), config.map(0), config.stemWidth()); // (N, H/p, W/p, C)
        for (int stage = 0; stage < config.depths().size(); stage++) {
            if (stage > 0) {
                x = merging(x, stage);
            }
            for (int i = 0; i < config.depths().get(stage); i++) {
                x = block(x, stage, i);
            }
        }
        return layers.channelsFirst(norm ? layers.layerNorm(x, "norm", SwinTransformer.EPSILON) : x);
    }

    /** Maps (N, H, W, C) to (N, H/2, W/2, 2C). */
    private String merging(String x, int stage) {
        String name = "layers." + stage + ".downsample";
        int edge = config.map(stage);
        int width = config.widthOf(stage - 1);
        String cells = layers.reshape(x, 0, edge, 2, edge, 2, width); // (N, H/2, 2, W/2, 2, C)
        // Column-major order of the four cells: (N, H/2, W/2, column, row, C) -> (N, H/2, W/2, 4C)
        String merged = layers.reshape(layers.transpose(cells, 0, 1, 3, 4, 2, 5), 0, edge, edge, 4L * width);
        return layers.linear(layers.layerNorm(merged, name + ".norm", SwinTransformer.EPSILON), name + ".reduction");
    }

    private String block(String x, int stage, int i) {
        String name = "layers." + stage + ".blocks." + i;
        ShiftedWindows windows = SwinTransformer.windows(config, stage, i);
        String normed = layers.layerNorm(x, name + ".norm1", SwinTransformer.EPSILON);
        List<String> addends = new ArrayList<>();
        // (heads, cells, cells)
        addends.add(layers.relativePositions(name + ".attn." + RelativePositionBias.TABLE, windows.window(), false));
        if (windows.shift() > 0) {
            addends.add(layers.constant(windows.mask(new Device("cpu")))); // (windows, 1, cells, cells)
        }
        GraphAttention attention = new GraphAttention(
                layers, 4, config.widthOf(stage), config.heads().get(stage));
        String attended = attention.forward(cut(normed, windows, stage), name + ".attn", false, addends);
        String sum = layers.add(x, join(attended, windows, stage));
        String mlp = layers.mlp(layers.layerNorm(sum, name + ".norm2", SwinTransformer.EPSILON), name + ".mlp");
        return layers.add(sum, mlp);
    }

    /** Divides maps (N, H, W, C) into windows (N, windows, cells, C), after the shift. */
    private String cut(String maps, ShiftedWindows windows, int stage) {
        int window = windows.window();
        int along = windows.rows() / window;
        int width = config.widthOf(stage);
        String rolled = rolled(maps, windows.shift(), windows.rows());
        String split = layers.reshape(rolled, 0, along, window, along, window, width); // (N, H/w, w, W/w, w, C)
        String ordered = layers.transpose(split, 0, 1, 3, 2, 4, 5); // (N, H/w, W/w, w, w, C)
        return layers.reshape(ordered, 0, (long) along * along, (long) window * window, width);
    }

    /** Inverse of {@link #cut}. */
    private String join(String cells, ShiftedWindows windows, int stage) {
        int window = windows.window();
        int along = windows.rows() / window;
        int width = config.widthOf(stage);
        String split = layers.reshape(cells, 0, along, along, window, window, width); // (N, H/w, W/w, w, w, C)
        String ordered = layers.transpose(split, 0, 1, 3, 2, 4, 5); // (N, H/w, w, W/w, w, C)
        String maps = layers.reshape(ordered, 0, windows.rows(), windows.columns(), width);
        return rolled(maps, windows.rows() - windows.shift(), windows.rows());
    }

    /** Shifts square maps (N, H, W, C) up and to the left, cyclically. */
    private String rolled(String maps, int shift, int edge) {
        if (shift == 0 || shift == edge) {
            return maps;
        }
        String rolled = maps;
        for (int axis = 1; axis <= 2; axis++) {
            rolled = layers.concatenate(
                    axis, layers.slice(rolled, axis, shift, edge), layers.slice(rolled, axis, 0, shift));
        }
        return rolled;
    }
}

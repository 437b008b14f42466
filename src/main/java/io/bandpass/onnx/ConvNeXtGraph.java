package io.bandpass.onnx;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.encoder.ConvNeXt;

/** A ConvNeXt as nodes. */
final class ConvNeXtGraph implements EncoderGraph {
    /** Padding of the 7x7 depthwise convolution, which keeps the size of the map. */
    private static final int PADDING = 3;

    private final ConvNeXtConfig config;
    private final GraphLayers layers;

    ConvNeXtGraph(ConvNeXtConfig config, GraphLayers layers) {
        this.config = config;
        this.layers = layers;
    }

    @Override
    public String encode(String images, boolean norm) {
        String x = layers.convolution(images, "stem.0", config.stemPatch(), 0, 1);
        x = layers.layerNorm2d(x, "stem.1", ConvNeXt.EPSILON);
        for (int stage = 0; stage < config.depths().size(); stage++) {
            String name = "stages." + stage;
            if (stage > 0) {
                String normed = layers.layerNorm2d(x, name + ".downsample.0", ConvNeXt.EPSILON);
                x = layers.convolution(normed, name + ".downsample.1", 2, 0, 1);
            }
            for (int i = 0; i < config.depths().get(stage); i++) {
                x = block(x, name + ".blocks." + i, config.widths().get(stage));
            }
        }
        return norm ? layers.layerNorm2d(x, ConvNeXt.FINAL_NORM, ConvNeXt.EPSILON) : x;
    }

    /** Maps (N, C, H, W) to the same shape. */
    private String block(String x, String name, int width) {
        String mixed = layers.channelsLast(layers.convolution(x, name + ".conv_dw", 1, PADDING, width)); // (N, H, W, C)
        String branch = layers.mlp(layers.layerNorm(mixed, name + ".norm", ConvNeXt.EPSILON), name + ".mlp");
        return layers.add(x, layers.channelsFirst(layers.scaled(branch, name + ".gamma")));
    }
}

package io.bandpass.onnx;

import io.bandpass.config.ResNetConfig;
import java.util.List;

/** A ResNet as nodes. */
final class ResNetGraph implements EncoderGraph {
    private final ResNetConfig config;
    private final GraphLayers layers;

    ResNetGraph(ResNetConfig config, GraphLayers layers) {
        this.config = config;
        this.layers = layers;
    }

    @Override
    public String encode(String images, boolean norm) {
        String stem = layers.convolution(images, "conv1", config.stemStride(), config.stemKernel() / 2, 1);
        String x = relu(layers.batchNorm(stem, "bn1"));
        if (config.maxPool()) {
            x = layers.node(
                    "MaxPool",
                    List.of(x),
                    OnnxAttributes.numbers("kernel_shape", 3, 3),
                    OnnxAttributes.numbers("strides", 2, 2),
                    OnnxAttributes.numbers("pads", 1, 1, 1, 1));
        }
        for (int stage = 0; stage < config.stages().size(); stage++) {
            for (int i = 0; i < config.stages().get(stage); i++) {
                x = block(x, "layer" + (stage + 1) + "." + i, stage > 0 && i == 0 ? 2 : 1);
            }
        }
        return x;
    }

    private String block(String x, String name, int stride) {
        boolean basic = config.block() == ResNetConfig.Block.BASIC;
        int convolutions = basic ? 2 : 3;
        // The 3x3 convolution with the stride is the first of a basic block and the second of a bottleneck.
        int strided = basic ? 1 : 2;
        String y = x;
        for (int i = 1; i <= convolutions; i++) {
            int padding = basic || i == 2 ? 1 : 0;
            y = layers.convolution(y, name + ".conv" + i, i == strided ? stride : 1, padding, 1);
            y = layers.batchNorm(y, name + ".bn" + i);
            if (i < convolutions) {
                y = relu(y);
            }
        }
        return relu(layers.add(y, shortcut(x, name + ".downsample", stride)));
    }

    private String shortcut(String x, String name, int stride) {
        return layers.has(name + ".0.weight")
                ? layers.batchNorm(layers.convolution(x, name + ".0", stride, 0, 1), name + ".1")
                : x;
    }

    private String relu(String x) {
        return layers.node("Relu", List.of(x));
    }
}

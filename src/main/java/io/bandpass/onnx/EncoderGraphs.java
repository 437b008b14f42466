package io.bandpass.onnx;

import io.bandpass.config.ConfigException;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;

/** Factory of encoder graphs. A new encoder needs its graph and a branch here. */
final class EncoderGraphs {
    private EncoderGraphs() {}

    /** Returns the graph of an encoder, whose weights the layers have. */
    static EncoderGraph of(EncoderConfig config, GraphLayers layers) {
        if (config instanceof VisionTransformerConfig vit) {
            return new VisionTransformerGraph(vit, layers);
        }
        if (config instanceof ResNetConfig resnet) {
            return new ResNetGraph(resnet, layers);
        }
        if (config instanceof SwinTransformerConfig swin) {
            return new SwinTransformerGraph(swin, layers);
        }
        if (config instanceof ConvNeXtConfig convNeXt) {
            return new ConvNeXtGraph(convNeXt, layers);
        }
        throw new ConfigException("`format` onnx has no graph for an encoder of type " + config.type());
    }
}

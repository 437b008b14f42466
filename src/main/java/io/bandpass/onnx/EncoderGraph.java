package io.bandpass.onnx;

import io.bandpass.config.ConfigException;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;

/** The blocks of an encoder as nodes. */
interface EncoderGraph {
    /**
     * Adds the blocks.
     *
     * @param images normalised images (N, 3, H, W)
     * @param norm whether the final norm follows the last block; a ResNet has none
     * @return tokens (N, 1 + L, C) of a ViT, the class token first; of other encoders a map (N, C, H/s, W/s)
     */
    String encode(String images, boolean norm);

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

package io.bandpass.config;

import java.util.OptionalLong;

/** Family and geometry of an encoder. YAML: {@code encoder: {type: vit|resnet|swin|convnext, ...}}. */
public sealed interface EncoderConfig
        permits VisionTransformerConfig, ResNetConfig, SwinTransformerConfig, ConvNeXtConfig {
    /** Name of this encoder family in {@code encoder.type}. */
    default String type() {
        return Variants.word(getClass()).orElseThrow();
    }

    /** Edge in pixels of the square images that the encoder is trained on. */
    int imageSize();

    /** Image pixels per cell of the feature map. */
    int stride();

    /** Channels of the feature map. */
    int width();

    /**
     * Multiply-adds of a forward pass per image in convolutions, linear layers and attention, that is in matrix
     * products. Norms, activations and sums are not counted.
     */
    double multiplyAddsPerImage();

    /**
     * Activation memory that training keeps per image for the backward pass, in bytes of float32: a rough upper
     * estimate.
     */
    long activationBytesPerImage();

    /**
     * Smallest number of values per image from which a batch norm of the encoder computes a channel's statistics in
     * training; empty for encoders without batch norm.
     */
    default OptionalLong batchNormValuesPerImage() {
        return OptionalLong.empty();
    }

    /**
     * Number of weights in the matrices and convolutions of all layers; positions, biases and norms are not counted.
     */
    double matrixWeights();

    /** Number of blocks in all stages. */
    long blocks();

    /**
     * Memory in bytes of the tables that are derived from the geometry and not stored: row indices of token pairs for
     * relative positions, masks of shifted windows.
     */
    default double tableBytes() {
        return 0;
    }

    /** Copy for another image size; rejects sizes that are not a multiple of the stride. */
    EncoderConfig withImageSize(int imageSize);
}

package io.bandpass.config;

import java.util.OptionalLong;

/** Which encoder, and its geometry. YAML: {@code encoder: {type: vit|resnet|swin|convnext, ...}}. */
public sealed interface EncoderConfig
        permits VisionTransformerConfig, ResNetConfig, SwinTransformerConfig, ConvNeXtConfig {
    /** The word of this kind of encoder in {@code encoder.type}. */
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
     * Multiplications with an addition that a forward pass does per image in convolutions, linear layers and attention:
     * what its matrix products take. Norms, activations and sums are left out.
     */
    double multiplyAddsPerImage();

    /** Memory that training keeps per image for the backward pass, in bytes of float32: a rough upper estimate. */
    long activationBytesPerImage();

    /**
     * The fewest values of a channel that a norm of the encoder takes the mean and variance of in training, for each image
     * that is computed at once; nothing where its norms look at each image by itself.
     */
    default OptionalLong batchNormValuesPerImage() {
        return OptionalLong.empty();
    }

    /** Numbers in the matrices and convolutions of all layers; positions, biases and norms are left out. */
    double matrixWeights();

    /** How many blocks it has in all its stages. */
    long blocks();

    /**
     * Memory in bytes of the tables that follow from the geometry and stand in no file: rows of pairs of tokens for relative
     * positions, masks of shifted windows.
     */
    default double tableBytes() {
        return 0;
    }

    /** The same encoder for another image size; refuses sizes that its stride does not divide. */
    EncoderConfig withImageSize(int imageSize);
}

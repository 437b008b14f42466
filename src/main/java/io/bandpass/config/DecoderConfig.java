package io.bandpass.config;

/**
 * Decoder from features to pixels.
 *
 * @param type {@code pixel-shuffle}: 1x1 convolution and pixel shuffle; {@code vit}: a light transformer over all
 *     tokens
 * @param width channels of a token, of {@code vit}; a multiple of 4
 * @param depth blocks of {@code vit}
 * @param heads attention heads of {@code vit}; a divisor of the width
 */
public record DecoderConfig(Type type, int width, int depth, int heads) {
    /** Values of {@code decoder.type}. */
    public enum Type {
        PIXEL_SHUFFLE,
        VIT;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Ratio of the MLPs' hidden width to the width. */
    public static final int MLP_RATIO = 4;

    public DecoderConfig {
        Check.positive("decoder.width", width);
        Check.that(width % 4 == 0, "decoder.width", width, "a multiple of 4, for its sin-cos positions");
        Check.positive("decoder.depth", depth);
        Check.positive("decoder.heads", heads);
        Check.that(width % heads == 0, "decoder.heads", heads, "a divisor of decoder.width " + width);
    }

    /** Creates a decoder of a type, one block deep, with the width and heads of the published light ViT decoder. */
    public DecoderConfig(Type type) {
        this(type, 512, 1, 16);
    }

    public boolean isTransformer() {
        return type == Type.VIT;
    }

    /** Multiply-adds per image of the decoder for this encoder; see {@link EncoderConfig#multiplyAddsPerImage()}. */
    public double multiplyAddsPerImage(EncoderConfig encoder) {
        if (!isTransformer()) {
            return pixels(encoder, encoder.width());
        }
        return multiplyAddsPerImage(encoder, (double) tokens(encoder));
    }

    /**
     * Multiply-adds per image if only {@code visible} tokens come from the encoder and the rest are mask tokens (MAE).
     */
    double multiplyAddsPerImage(EncoderConfig encoder, double visible) {
        return visible * encoder.width() * width + blocks((double) tokens(encoder)) + pixels(encoder, width);
    }

    /**
     * Activation memory per image; see {@link EncoderConfig#activationBytesPerImage()}. That of a single convolution is
     * neglected.
     */
    public long activationBytesPerImage(EncoderConfig encoder) {
        return isTransformer() ? TransformerCost.activationBytes(tokens(encoder), width, MLP_RATIO, depth) : 0;
    }

    private double blocks(double tokens) {
        return depth * TransformerCost.multiplyAdds(tokens, width, (double) MLP_RATIO * width);
    }

    /** Projection of each cell of the map to the 3 * stride^2 values of its pixels. */
    private static double pixels(EncoderConfig encoder, long channels) {
        return 3.0 * encoder.imageSize() * encoder.imageSize() * channels;
    }

    private static long tokens(EncoderConfig encoder) {
        long edge = encoder.imageSize() / encoder.stride();
        return edge * edge + (encoder instanceof VisionTransformerConfig ? 1 : 0);
    }
}

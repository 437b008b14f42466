package io.bandpass.config;

/**
 * From features back to pixels.
 *
 * @param type {@code pixel-shuffle}: 1x1 convolution and pixel shuffle
 */
public record DecoderConfig(String type) {
    public DecoderConfig {
        Check.oneOf("decoder.type", type, "pixel-shuffle");
    }

    /** As {@link EncoderConfig#multiplyAddsPerImage()}, for the decoder behind this encoder. */
    public long multiplyAddsPerImage(EncoderConfig encoder) {
        // From each cell of the map to the 3 * stride^2 values of its pixels.
        return 3L * encoder.imageSize() * encoder.imageSize() * encoder.width();
    }
}

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
}

package io.bandpass.config;

/** How a classifier makes one vector of the features of an image (method.md section 7). */
public enum Pooling {
    /** The mean over the feature map; of a ViT over its patches, with a norm of its own instead of the final one. */
    MEAN,
    /** A ViT's class token after the final norm. */
    CLS;

    @Override
    public String toString() {
        return Words.of(this);
    }
}

package io.bandpass.config;

/** Pooling of an image's features into one vector (finetuning.md). */
public enum Pooling {
    /**
     * Mean over the feature map; for a ViT over its patches, followed by a separate norm that replaces the final one.
     */
    MEAN,
    /** A ViT's class token after the final norm. */
    CLS;

    @Override
    public String toString() {
        return Words.of(this);
    }
}

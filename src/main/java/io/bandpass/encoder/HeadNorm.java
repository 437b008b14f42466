package io.bandpass.encoder;

import java.util.Arrays;
import java.util.Optional;

/**
 * Placement of the norm before the head of a ConvNeXt classifier. Other families offer no choice: a ViT's follows from
 * its parameter names, a Swin Transformer normalises the map, a ResNet has none.
 */
public enum HeadNorm {
    /** {@code fc(norm(mean(map)))}: the order of the paper, timm and torchvision. */
    AFTER_MEAN("after-mean"),
    /**
     * {@code fc(mean(norm(map)))}: a probe on the features of an encoder, timm with {@code head_norm_first}, and
     * classifiers fine-tuned by Bandpass 0.1.0.
     */
    BEFORE_MEAN("before-mean");

    private final String word;

    HeadNorm(String word) {
        this.word = word;
    }

    /** Name in metadata. */
    public String word() {
        return word;
    }

    /** Returns the constant with this name, if any. */
    public static Optional<HeadNorm> of(String word) {
        return Arrays.stream(values()).filter(norm -> norm.word.equals(word)).findFirst();
    }
}

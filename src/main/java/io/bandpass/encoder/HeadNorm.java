package io.bandpass.encoder;

import java.util.Arrays;
import java.util.Optional;

/**
 * Where a ConvNeXt classifier has the norm that stands before its head. Other families leave no choice: a ViT shows it in
 * its names, a Swin Transformer norms the map, a ResNet has none.
 */
public enum HeadNorm {
    /** {@code fc(norm(mean(map)))}: the paper's order, that of timm and torchvision. */
    AFTER_MEAN("after-mean"),
    /**
     * {@code fc(mean(norm(map)))}: a probe on the features of an encoder, timm with {@code head_norm_first}, and what
     * Bandpass 0.1.0 fine-tuned.
     */
    BEFORE_MEAN("before-mean");

    private final String word;

    HeadNorm(String word) {
        this.word = word;
    }

    /** The word in metadata. */
    public String word() {
        return word;
    }

    /** The constant of a word; empty if there is none. */
    public static Optional<HeadNorm> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
}

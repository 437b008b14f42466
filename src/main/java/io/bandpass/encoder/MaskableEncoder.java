package io.bandpass.encoder;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** An {@link Encoder} that embeds patches and can replace some of them with a learned mask token. */
public interface MaskableEncoder {
    /** Channels of a token at the point of replacement, right after the patch embedding. */
    int tokenWidth();

    /** Edge of a patch in pixels. */
    int patchSize();

    /**
     * Returns {@link Encoder#blocks()} with some patches hidden, as in SimMIM (Xie et al., CVPR 2022, section 3.2):
     * right after the patch embedding, before absolute positions are added.
     *
     * @param masked mask of the images to be encoded: (N, H/p, W/p), 1 hides and 0 keeps, float32
     * @param maskToken replaces hidden patches: (1, 1, {@link #tokenWidth()})
     */
    List<UnaryOperator<Tensor>> maskedBlocks(Tensor masked, Tensor maskToken);

    /**
     * Replaces hidden patches with the mask token.
     *
     * @param patches tokens (N, H/p * W/p, C)
     * @param masked (N, H/p, W/p), 0 or 1
     * @return tokens in the type of the patches
     */
    static Tensor hide(Tensor patches, Tensor masked, Tensor maskToken) {
        Tensor hidden = masked.flatten(1, 2).unsqueeze(-1).to(patches.scalar_type()); // (N, L, 1)
        if (hidden.size(0) != patches.size(0) || hidden.size(1) != patches.size(1)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a mask of %d x %d patches does not fit %d images of %d patches",
                    hidden.size(0),
                    hidden.size(1),
                    patches.size(0),
                    patches.size(1)));
        }
        return patches.lerp(maskToken.to(patches.scalar_type()).expand_as(patches), hidden);
    }
}

package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;

/** Layer normalisation over the channels of each pixel of a map. */
public final class LayerNorm2d extends Layer {
    private final LayerNorm norm;

    public LayerNorm2d(int width, double epsilon) {
        norm = unnamed(new LayerNorm(width, epsilon));
    }

    /** Normalises (N, C, H, W); the result is channels-last in memory. */
    public Tensor forward(Tensor x) {
        // (N, C, H, W) -> (N, H, W, C) -> (N, C, H, W)
        return norm.forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
    }

    /** Normalises vectors (N, C) instead of a map. */
    public Tensor ofVectors(Tensor vectors) {
        return norm.forward(vectors);
    }
}

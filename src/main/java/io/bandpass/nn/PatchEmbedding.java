package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;

/** Cuts images into patches and projects each to a token: a convolution whose stride is its kernel. */
public final class PatchEmbedding extends Layer {
    private final Conv2d projection;

    public PatchEmbedding(int patchSize, int width) {
        projection = child("proj", new Conv2d(3, width, patchSize, patchSize, 0, true));
    }

    /** (N, 3, H, W) to tokens (N, H/p * W/p, C), row by row. */
    public Tensor forward(Tensor images) {
        return projection.forward(images).flatten(2, 3).transpose(1, 2);
    }
}

package io.bandpass.nn;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Cuts images into patches and projects each to a token: a convolution whose stride is its kernel. */
public final class PatchEmbedding extends Layer {
    private final Conv2d projection;
    private final Optional<LayerNorm> norm;

    public PatchEmbedding(int patchSize, int width) {
        projection = child("proj", new Conv2d(3, width, patchSize, patchSize, 0, true));
        norm = Optional.empty();
    }

    /** With a norm after the projection, as in Swin. */
    public PatchEmbedding(int patchSize, int width, double epsilon) {
        projection = child("proj", new Conv2d(3, width, patchSize, patchSize, 0, true));
        norm = Optional.of(child("norm", new LayerNorm(width, epsilon)));
    }

    /** (N, 3, H, W) to tokens (N, H/p * W/p, C), row by row. */
    public Tensor forward(Tensor images) {
        Tensor tokens = projection.forward(images).flatten(2, 3).transpose(1, 2);
        return norm.isPresent() ? norm.get().forward(tokens) : tokens;
    }

    /** The convolution, for encoders that start it by a rule of its own. */
    public Conv2d projection() {
        return projection;
    }
}

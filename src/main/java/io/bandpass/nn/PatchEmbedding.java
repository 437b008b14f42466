package io.bandpass.nn;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Patch embedding: a convolution whose stride equals its kernel projects each patch to a token. */
public final class PatchEmbedding extends Layer {
    private final Conv2d projection;
    private final Optional<LayerNorm> norm;

    public PatchEmbedding(int patchSize, int width) {
        projection = child("proj", new Conv2d(3, width, patchSize, patchSize, 0, true));
        norm = Optional.empty();
    }

    /** Creates an embedding with a norm after the projection, as in Swin. */
    public PatchEmbedding(int patchSize, int width, double epsilon) {
        projection = child("proj", new Conv2d(3, width, patchSize, patchSize, 0, true));
        norm = Optional.of(child("norm", new LayerNorm(width, epsilon)));
    }

    /** Maps images (N, 3, H, W) to tokens (N, H/p * W/p, C), in row-major order. */
    public Tensor forward(Tensor images) {
        // (N, C, H/p, W/p) -> (N, C, L) -> (N, L, C)
        Tensor tokens = projection.forward(images).flatten(2, 3).transpose(1, 2);
        return norm.isPresent() ? norm.get().forward(tokens) : tokens;
    }

    /** The convolution, for encoders with their own initialisation of it. */
    public Conv2d projection() {
        return projection;
    }
}

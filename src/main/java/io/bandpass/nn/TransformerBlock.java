package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;

/** A pre-norm transformer block: attention and MLP, each added to its input; optional layer scale and drop path. */
public final class TransformerBlock extends Layer {
    private static final double EPSILON = 1e-6;

    private final LayerNorm norm1;
    private final Attention attention;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final DropPath dropPath;
    private final Tensor gamma1;
    private final Tensor gamma2;

    /**
     * A block.
     *
     * @param layerScale whether the branches are scaled by trained gamma_1 and gamma_2 (Touvron et al., 2021)
     */
    public TransformerBlock(
            int width, int heads, int hidden, boolean qkvBias, boolean layerScale, double dropPathRate) {
        gamma1 = layerScale ? parameter("gamma_1", width) : new Tensor();
        gamma2 = layerScale ? parameter("gamma_2", width) : new Tensor();
        norm1 = child("norm1", new LayerNorm(width, EPSILON));
        attention = child("attn", new Attention(width, heads, qkvBias));
        norm2 = child("norm2", new LayerNorm(width, EPSILON));
        mlp = child("mlp", new Mlp(width, hidden));
        dropPath = child("drop_path", new DropPath(dropPathRate));
    }

    /** Tokens (N, L, C) to (N, L, C). */
    public Tensor forward(Tensor x) {
        Tensor attended = x.add(dropPath.forward(scaled(attention.forward(norm1.forward(x)), gamma1)));
        return attended.add(dropPath.forward(scaled(mlp.forward(norm2.forward(attended)), gamma2)));
    }

    private static Tensor scaled(Tensor branch, Tensor gamma) {
        return gamma.defined() ? branch.mul(gamma) : branch;
    }
}

package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Pre-norm transformer block: residual attention and MLP branches, with optional layer scale and drop path. */
public final class TransformerBlock extends Layer {
    private static final double EPSILON = 1e-6;

    private final LayerNorm norm1;
    private final Attention attention;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final DropPath dropPath;
    private final Optional<LayerScale> scale1;
    private final Optional<LayerScale> scale2;

    /**
     * Creates a block with the names of timm's VisionTransformer.
     *
     * @param layerScale whether each branch has a trained factor per channel, {@code ls1} and {@code ls2}
     */
    public TransformerBlock(
            int width, int heads, int hidden, boolean qkvBias, boolean layerScale, double dropPathRate) {
        norm1 = child("norm1", new LayerNorm(width, EPSILON));
        attention = child("attn", new Attention(width, heads, qkvBias));
        scale1 = layerScale ? Optional.of(child("ls1", new LayerScale("gamma", width))) : Optional.empty();
        norm2 = child("norm2", new LayerNorm(width, EPSILON));
        mlp = child("mlp", new Mlp(width, hidden));
        scale2 = layerScale ? Optional.of(child("ls2", new LayerScale("gamma", width))) : Optional.empty();
        dropPath = child("drop_path", new DropPath(dropPathRate));
    }

    /**
     * Creates a block with the names of timm's Beit: {@code attn.q_bias} and {@code attn.v_bias}, {@code gamma_1} and
     * {@code gamma_2}.
     *
     * @param positions relative position bias of this block, if it has its own
     */
    public TransformerBlock(
            int width,
            int heads,
            int hidden,
            boolean qkvBias,
            boolean layerScale,
            double dropPathRate,
            Optional<RelativePositionBias> positions) {
        norm1 = child("norm1", new LayerNorm(width, EPSILON));
        Attention.Bias bias = qkvBias ? Attention.Bias.QV_SEPARATE : Attention.Bias.NONE;
        attention = child("attn", new Attention(width, heads, bias, positions));
        scale1 = layerScale ? Optional.of(unnamed(new LayerScale("gamma_1", width))) : Optional.empty();
        norm2 = child("norm2", new LayerNorm(width, EPSILON));
        mlp = child("mlp", new Mlp(width, hidden));
        scale2 = layerScale ? Optional.of(unnamed(new LayerScale("gamma_2", width))) : Optional.empty();
        dropPath = child("drop_path", new DropPath(dropPathRate));
    }

    /**
     * Adds support for a smaller square of patches.
     *
     * @param edge patches along each edge
     */
    public void alsoFor(int edge) {
        attention.alsoFor(edge);
    }

    /** Maps tokens (N, L, C) to tokens of the same shape. */
    public Tensor forward(Tensor x) {
        return forward(x, new Tensor());
    }

    /**
     * Maps tokens to tokens, with an addend to the attention logits.
     *
     * @param x (N, L, C)
     * @param addend (heads, L, L), or an undefined tensor
     * @return (N, L, C)
     */
    public Tensor forward(Tensor x, Tensor addend) {
        return forward(x, normed -> attention.forward(normed, addend));
    }

    /**
     * Maps the tokens of a grid of any size, with a class token before them if the relative positions have one.
     *
     * @param x (N, L, C)
     * @return (N, L, C)
     */
    public Tensor forward(Tensor x, TokenGrid grid) {
        return forward(x, normed -> attention.forward(normed, grid));
    }

    private Tensor forward(Tensor x, UnaryOperator<Tensor> attend) {
        Tensor attended =
                Tensors.scoped(() -> dropPath.add(x, kept -> scaled(attend.apply(norm1.forward(kept)), scale1)));
        return dropPath.add(attended, kept -> scaled(mlp.forward(norm2.forward(kept)), scale2));
    }

    private static Tensor scaled(Tensor branch, Optional<LayerScale> scale) {
        return scale.isPresent() ? scale.get().forward(branch) : branch;
    }
}

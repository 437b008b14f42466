package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** A pre-norm transformer block: attention and MLP, each added to its input; optional layer scale and drop path. */
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
     * A block.
     *
     * @param layerScale whether each branch has a trained factor per channel, {@code ls1} and {@code ls2}
     */
    public TransformerBlock(
            int width, int heads, int hidden, boolean qkvBias, boolean layerScale, double dropPathRate) {
        norm1 = child("norm1", new LayerNorm(width, EPSILON));
        attention = child("attn", new Attention(width, heads, qkvBias));
        scale1 = layerScale ? Optional.of(child("ls1", new LayerScale(width))) : Optional.empty();
        norm2 = child("norm2", new LayerNorm(width, EPSILON));
        mlp = child("mlp", new Mlp(width, hidden));
        scale2 = layerScale ? Optional.of(child("ls2", new LayerScale(width))) : Optional.empty();
        dropPath = child("drop_path", new DropPath(dropPathRate));
    }

    /** Tokens (N, L, C) to (N, L, C). */
    public Tensor forward(Tensor x) {
        Tensor attended =
                Tensors.scoped(() -> x.add(dropPath.forward(scaled(attention.forward(norm1.forward(x)), scale1))));
        return attended.add(dropPath.forward(scaled(mlp.forward(norm2.forward(attended)), scale2)));
    }

    private static Tensor scaled(Tensor branch, Optional<LayerScale> scale) {
        return scale.isPresent() ? scale.get().forward(branch) : branch;
    }
}

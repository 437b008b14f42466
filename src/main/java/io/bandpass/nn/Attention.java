package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Multi-head self-attention (Vaswani et al., 2017), with an optional relative position bias. */
public final class Attention extends Layer {
    /**
     * Biases of queries, keys and values, and their names. In exact arithmetic the softmax cancels the gradient of a
     * key bias, and an optimizer would follow rounding noise only; ViTs therefore have no key bias.
     */
    public enum Bias {
        NONE,
        /** One {@code qkv.bias}, as in timm's VisionTransformer; its key third is frozen at 0. */
        QV_STACKED,
        /** {@code q_bias} and {@code v_bias}, as in timm's Beit and in the authors' code. */
        QV_SEPARATE,
        /** One {@code qkv.bias}, trained as a whole, as in Swin. */
        QKV
    }

    private final int width;
    private final int heads;
    private final Bias bias;
    private final QkvProjection qkv;
    private final @Nullable Tensor queryBias;
    private final @Nullable Tensor valueBias;
    private final Optional<RelativePositionBias> positions;
    private final Linear projection;

    public Attention(int width, int heads, boolean bias) {
        this(width, heads, bias ? Bias.QV_STACKED : Bias.NONE, Optional.empty());
    }

    /**
     * Creates attention over all tokens of a window or an image.
     *
     * @param positions relative position bias of this layer, whose table gets the prefix of this layer
     */
    public Attention(int width, int heads, Bias bias, Optional<RelativePositionBias> positions) {
        this.width = width;
        this.heads = heads;
        this.bias = bias;
        this.positions = positions;
        positions.ifPresent(this::unnamed);
        qkv = child("qkv", new QkvProjection(width, bias == Bias.QV_STACKED || bias == Bias.QKV));
        boolean separate = bias == Bias.QV_SEPARATE;
        queryBias = separate ? parameter("q_bias", width) : null;
        valueBias = separate ? parameter("v_bias", width) : null;
        projection = child("proj", new Linear(width, width));
    }

    /** Stacked projections, a separate layer for the sake of their parameter names. */
    private static final class QkvProjection extends Layer {
        private final Tensor weight;
        private final @Nullable Tensor bias;
        /** Factors of the biases: 1 for q and v, 0 for k. */
        private final Tensor withoutKeys;

        QkvProjection(int width, boolean hasBias) {
            weight = parameter("weight", 3L * width, width);
            bias = hasBias ? parameter("bias", 3L * width) : null;
            float[] trained = new float[3 * width];
            for (int i = 0; i < trained.length; i++) {
                trained[i] = i / width == 1 ? 0 : 1;
            }
            withoutKeys = constant(Tensors.ofFloats(trained, trained.length));
        }
    }

    /** Maps tokens (..., L, C) to tokens of the same shape. */
    public Tensor forward(Tensor x) {
        return forward(x, new Tensor());
    }

    /**
     * Maps tokens to tokens, with an addend to the logits.
     *
     * @param x (..., L, C)
     * @param addend added besides this layer's own bias: anything that broadcasts to (..., heads, L, L), or an
     *     undefined tensor
     * @return (..., L, C)
     */
    public Tensor forward(Tensor x, Tensor addend) {
        return mix(x, withPositionBias(addend, x.size(x.dim() - 2)));
    }

    /**
     * Maps the tokens of a grid of any size, with a class token before them if the relative positions have one.
     *
     * @param x (..., L, C)
     * @return (..., L, C)
     */
    public Tensor forward(Tensor x, TokenGrid grid) {
        return mix(x, positions.isPresent() ? positions.get().forward(grid) : new Tensor());
    }

    private Tensor mix(Tensor x, Tensor addend) {
        long[] shape = Tensors.shape(x);
        long[] split = Arrays.copyOf(shape, shape.length + 2);
        split[shape.length - 1] = 3;
        split[shape.length] = heads;
        split[shape.length + 1] = width / heads;
        // (..., L, 3C) -> (..., L, 3, heads, C/heads) -> three of (..., L, heads, C/heads). Unbound before the heads
        // are transposed, so the backward pass joins the three gradients in one copy.
        TensorVector projected =
                torch.unbind(torch.linear(x, qkv.weight, bias()).view(split), -3);
        Tensor mixed = attend(
                projected.get(0).transpose(-3, -2), // (..., heads, L, C/heads)
                projected.get(1).transpose(-3, -2),
                projected.get(2).transpose(-3, -2),
                addend);
        return projection.forward(mixed.transpose(-3, -2).reshape(shape)); // (..., L, C)
    }

    private TensorOptional bias() {
        return switch (bias) {
            case NONE -> new TensorOptional();
            case QV_STACKED ->
                new TensorOptional(Objects.requireNonNull(qkv.bias).mul(qkv.withoutKeys));
            case QV_SEPARATE -> {
                Tensor queries = Objects.requireNonNull(queryBias);
                yield new TensorOptional(torch.cat(
                        new TensorVector(queries, torch.zeros_like(queries), Objects.requireNonNull(valueBias))));
            }
            case QKV -> new TensorOptional(Objects.requireNonNull(qkv.bias));
        };
    }

    /**
     * Adds support for a smaller square of tokens.
     *
     * @param edge tokens along each edge
     */
    public void alsoFor(int edge) {
        positions.ifPresent(bias -> bias.alsoFor(edge));
    }

    private Tensor withPositionBias(Tensor addend, long tokens) {
        if (positions.isEmpty()) {
            return addend;
        }
        Tensor positionBias = positions.get().forward(tokens);
        return addend.defined() ? positionBias.add(addend) : positionBias;
    }

    private Tensor attend(Tensor q, Tensor k, Tensor v, Tensor addend) {
        ScalarType type = q.scalar_type();
        // On the CPU, the bf16 kernel of scaled_dot_product_attention is slower than the whole float32 step. With a
        // trained addend it is not even one fused kernel, but this computation plus a search for fully masked rows.
        if (addend.defined() || type.intern() == ScalarType.BFloat16) {
            double scale = 1 / Math.sqrt(width / (double) heads);
            // softmax(q k^T / sqrt(C/heads) + addend) v
            Tensor logits = torch.matmul(Tensors.multiply(q, scale), k.transpose(-2, -1));
            if (addend.defined()) {
                logits.add_(addend.to(type));
            }
            return torch.matmul(logits.softmax(-1), v);
        }
        return torch.scaled_dot_product_attention(q, k, v);
    }
}

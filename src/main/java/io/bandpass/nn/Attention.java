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
     * Which of queries, keys and values have a bias, and under which names. In exact arithmetic the gradient of a bias
     * of the keys vanishes in the softmax, and rounding noise is all that an optimizer would follow; so ViTs have none.
     */
    public enum Bias {
        NONE,
        /** One {@code qkv.bias}, as in timm's VisionTransformer; its third for the keys is frozen at 0. */
        QV_STACKED,
        /** {@code q_bias} and {@code v_bias}, as in timm's Beit and in the authors' program. */
        QV_SEPARATE,
        /** One {@code qkv.bias} that is trained as a whole, as in Swin. */
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
     * Attention over all tokens of a window or an image.
     *
     * @param positions the relative position bias of this layer, whose table is named as part of it
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

    /** The stacked projections, as a layer of its own for the names of its parameters. */
    private static final class QkvProjection extends Layer {
        private final Tensor weight;
        private final @Nullable Tensor bias;
        /** 1 for the biases of q and v, 0 for those of k. */
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

    /** Tokens (..., L, C) to (..., L, C). */
    public Tensor forward(Tensor x) {
        return forward(x, new Tensor());
    }

    /**
     * Tokens to tokens, with something added to the logits.
     *
     * @param x (..., L, C)
     * @param addend what is added, beside this layer's own bias: anything that broadcasts to (..., heads, L, L), or an
     *     undefined tensor
     * @return (..., L, C)
     */
    public Tensor forward(Tensor x, Tensor addend) {
        long[] shape = Tensors.shape(x);
        long[] split = Arrays.copyOf(shape, shape.length + 2);
        split[shape.length - 1] = 3;
        split[shape.length] = heads;
        split[shape.length + 1] = width / heads;
        // Taken apart before the heads are: so the backward pass puts the three gradients together in one copy.
        TensorVector parts = torch.unbind(torch.linear(x, qkv.weight, bias()).view(split), -3);
        Tensor mixed = attend(
                parts.get(0).transpose(-3, -2),
                parts.get(1).transpose(-3, -2),
                parts.get(2).transpose(-3, -2),
                withOwnBias(addend, shape[shape.length - 2]));
        return projection.forward(mixed.transpose(-3, -2).reshape(shape));
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

    /** Makes ready for a smaller square of tokens too, so many along an edge. */
    public void alsoFor(int edge) {
        positions.ifPresent(bias -> bias.alsoFor(edge));
    }

    private Tensor withOwnBias(Tensor addend, long tokens) {
        if (positions.isEmpty()) {
            return addend;
        }
        Tensor own = positions.get().forward(tokens);
        return addend.defined() ? own.add(addend) : own;
    }

    private Tensor attend(Tensor q, Tensor k, Tensor v, Tensor addend) {
        ScalarType type = q.scalar_type();
        // The bf16 kernel of scaled_dot_product_attention on the CPU is slower than the whole float32 step; and with a
        // trained addend it would be no single kernel, but this and a search for rows that are masked as a whole.
        if (addend.defined() || type.intern() == ScalarType.BFloat16) {
            double scale = 1 / Math.sqrt(width / (double) heads);
            Tensor logits = torch.matmul(Tensors.multiply(q, scale), k.transpose(-2, -1));
            if (addend.defined()) {
                logits.add_(addend.to(type));
            }
            return torch.matmul(logits.softmax(-1), v);
        }
        return torch.scaled_dot_product_attention(q, k, v);
    }
}

package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Multi-head self-attention. One {@code qkv} projection as in timm; the bias of the keys is frozen at 0, because its
 * gradient vanishes in the softmax in exact arithmetic, and rounding noise is all that an optimizer would follow.
 */
public final class Attention extends Layer {
    private final int width;
    private final int heads;
    private final Tensor qkvWeight;
    private final Tensor qkvBias;
    /** 1 for the biases of q and v, 0 for those of k; not part of the state. */
    private final Tensor biasMask;

    private final Linear projection;

    public Attention(int width, int heads, boolean bias) {
        this.width = width;
        this.heads = heads;
        QkvProjection qkv = child("qkv", new QkvProjection(width, bias));
        qkvWeight = qkv.weight;
        qkvBias = qkv.bias;
        biasMask = qkv.mask;
        projection = child("proj", new Linear(width, width));
    }

    /** The stacked projections, as a layer of its own for the names of its parameters. */
    private static final class QkvProjection extends Layer {
        private final Tensor weight;
        private final Tensor bias;
        private final Tensor mask;

        QkvProjection(int width, boolean hasBias) {
            weight = parameter("weight", 3L * width, width);
            bias = hasBias ? parameter("bias", 3L * width) : new Tensor();
            float[] trained = new float[3 * width];
            for (int i = 0; i < trained.length; i++) {
                trained[i] = i / width == 1 ? 0 : 1;
            }
            mask = constant(Tensors.ofFloats(trained, trained.length));
        }
    }

    /** Tokens (N, L, C) to (N, L, C). */
    public Tensor forward(Tensor x) {
        long n = x.size(0);
        long length = x.size(1);
        TensorOptional bias = qkvBias.defined() ? new TensorOptional(qkvBias.mul(biasMask)) : new TensorOptional();
        // Taken apart before the heads are: so the backward pass puts the three gradients together in one copy.
        TensorVector parts = torch.unbind(torch.linear(x, qkvWeight, bias).view(n, length, 3, heads, width / heads), 2);
        Tensor mixed = attend(
                parts.get(0).transpose(1, 2),
                parts.get(1).transpose(1, 2),
                parts.get(2).transpose(1, 2));
        return projection.forward(mixed.transpose(1, 2).reshape(n, length, width));
    }

    private Tensor attend(Tensor q, Tensor k, Tensor v) {
        if (q.scalar_type().intern() == ScalarType.BFloat16) {
            // The bf16 kernel of scaled_dot_product_attention on the CPU is slower than the whole float32 step.
            double scale = 1 / Math.sqrt(width / (double) heads);
            Tensor logits = torch.matmul(Tensors.multiply(q, scale), k.transpose(-2, -1));
            return torch.matmul(logits.softmax(-1), v);
        }
        return torch.scaled_dot_product_attention(q, k, v);
    }
}

package io.bandpass.onnx;

import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Multi-head self-attention as nodes, of the tokens of images (N, L, C) or of windows (N, windows, L, C). */
final class GraphAttention {
    private final GraphLayers layers;
    private final int axes;
    private final int width;
    private final int heads;

    /**
     * Creates attention.
     *
     * @param axes of the tokens: 3 for images, 4 for windows
     * @param width C
     */
    GraphAttention(GraphLayers layers, int axes, int width, int heads) {
        this.layers = layers;
        this.axes = axes;
        this.width = width;
        this.heads = heads;
    }

    /**
     * Adds the nodes of a layer.
     *
     * @param x (..., L, C)
     * @param name of the layer, for instance {@code blocks.0.attn}
     * @param frozenKeys whether the third of {@code qkv.bias} that belongs to the keys counts as 0
     * @param addends to the logits, each broadcasting to (..., heads, L, L)
     * @return (..., L, C)
     */
    String forward(String x, String name, boolean frozenKeys, List<String> addends) {
        String projected = layers.matrixProduct(x, layers.matrix(name + ".qkv.weight"));
        if (layers.has(name + ".qkv.bias")) {
            projected = layers.add(projected, stackedBias(name + ".qkv.bias", frozenKeys));
        } else if (layers.has(name + ".q_bias")) {
            projected = layers.add(projected, joinedBias(name));
        }
        // (..., L, 3C) -> (..., L, 3, heads, C/heads) -> (3, ..., heads, L, C/heads)
        String split = layers.reshape(projected, keeping(3, heads, width / heads));
        String stacked = layers.transpose(split, stackedAxes());
        String queries = layers.multiply(layers.select(stacked, 0, 0), 1 / Math.sqrt(width / (double) heads));
        String keys = layers.select(stacked, 0, 1);
        String values = layers.select(stacked, 0, 2);
        String logits = layers.matrixProduct(queries, layers.transpose(keys, swapping(axes - 1))); // (..., heads, L, L)
        for (String addend : addends) {
            logits = layers.add(logits, addend);
        }
        String shares = layers.node("Softmax", List.of(logits), OnnxAttributes.number("axis", -1));
        String mixed = layers.matrixProduct(shares, values); // (..., heads, L, C/heads)
        // (..., heads, L, C/heads) -> (..., L, heads, C/heads) -> (..., L, C)
        String joined = layers.reshape(layers.transpose(mixed, swapping(axes - 2)), keeping(width));
        return layers.linear(joined, name + ".proj");
    }

    private String stackedBias(String name, boolean frozenKeys) {
        Tensor bias = layers.tensor(name);
        if (!frozenKeys) {
            return layers.weight(name);
        }
        Tensor queries = Tensors.slice(bias, 0, 0, width);
        Tensor values = Tensors.slice(bias, 0, 2L * width, 3L * width);
        return layers.weight(name, withoutKeys(queries, values));
    }

    private String joinedBias(String name) {
        return layers.weight(
                name + ".qkv.bias", withoutKeys(layers.tensor(name + ".q_bias"), layers.tensor(name + ".v_bias")));
    }

    private static Tensor withoutKeys(Tensor queries, Tensor values) {
        return torch.cat(new TensorVector(queries, torch.zeros_like(queries), values));
    }

    /** A shape that keeps all axes of the tokens but the last, which is replaced. */
    private long[] keeping(long... last) {
        long[] shape = new long[axes - 1 + last.length];
        System.arraycopy(last, 0, shape, axes - 1, last.length);
        return shape;
    }

    /** Brings the axis of queries, keys and values to the front, and the heads before the tokens. */
    private long[] stackedAxes() {
        long[] order = LongStream.range(0, axes + 2).toArray();
        long[] stacked = order.clone();
        stacked[0] = order[axes - 1];
        System.arraycopy(order, 0, stacked, 1, axes - 2);
        stacked[axes - 1] = order[axes];
        stacked[axes] = order[axes - 2];
        return stacked;
    }

    /** Swaps an axis of (..., heads, L, C/heads) with the next one. */
    private long[] swapping(int axis) {
        long[] order = LongStream.rangeClosed(0, axes).toArray();
        long[] swapped = order.clone();
        swapped[axis] = order[axis + 1];
        swapped[axis + 1] = order[axis];
        return swapped;
    }
}

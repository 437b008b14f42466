package io.bandpass.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.bandpass.nn.RelativePositionBias;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The layers of package {@code nn} as nodes, with the weights of a model, which are found by the names of timm. */
final class GraphLayers {
    private static final double BATCH_NORM_EPSILON = 1e-5;

    private final OnnxGraph graph;
    private final Map<String, Tensor> state;

    /**
     * Creates layers of a model.
     *
     * @param state its tensors by name
     */
    GraphLayers(OnnxGraph graph, Map<String, Tensor> state) {
        this.graph = graph;
        this.state = state;
    }

    boolean has(String name) {
        return state.containsKey(name);
    }

    /** Returns a tensor of the model. */
    Tensor tensor(String name) {
        Tensor tensor = state.get(name);
        if (tensor == null) {
            throw new IllegalStateException("the model has no tensor " + name);
        }
        return tensor;
    }

    /** Adds a tensor of the model under its own name. */
    String weight(String name) {
        return graph.trained(name, tensor(name));
    }

    /** Adds a tensor that was made of one of the model's, under that one's name. */
    String weight(String name, Tensor values) {
        return graph.trained(name, values);
    }

    String constant(Tensor values) {
        return graph.constant(values);
    }

    String integers(long... values) {
        return graph.constant(Tensors.ofLongs(values, values.length));
    }

    private String scalar(double value) {
        return graph.constant(Tensors.ofFloats(new float[] {(float) value}));
    }

    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        return graph.node(operator, inputs, attributes);
    }

    String add(String x, String y) {
        return node("Add", List.of(x, y));
    }

    String subtract(String x, String y) {
        return node("Sub", List.of(x, y));
    }

    String multiply(String x, String y) {
        return node("Mul", List.of(x, y));
    }

    String multiply(String x, double factor) {
        return multiply(x, scalar(factor));
    }

    String divide(String x, String y) {
        return node("Div", List.of(x, y));
    }

    String divide(String x, double divisor) {
        return divide(x, scalar(divisor));
    }

    String matrixProduct(String x, String y) {
        return node("MatMul", List.of(x, y));
    }

    /**
     * Reshapes a value.
     *
     * @param shape in which 0 stands for the length of the same axis before
     */
    String reshape(String x, long... shape) {
        return node("Reshape", List.of(x, integers(shape)));
    }

    /** Permutes the axes of a value. */
    String transpose(String x, long... axes) {
        return node("Transpose", List.of(x), OnnxAttributes.numbers("perm", axes));
    }

    /** Maps (N, C, H, W) to (N, H, W, C). */
    String channelsLast(String maps) {
        return transpose(maps, 0, 2, 3, 1);
    }

    /** Maps (N, H, W, C) to (N, C, H, W). */
    String channelsFirst(String maps) {
        return transpose(maps, 0, 3, 1, 2);
    }

    /** Takes part of an axis. */
    String slice(String x, int axis, long from, long to) {
        return node("Slice", List.of(x, integers(from), integers(to), integers(axis)));
    }

    /** Takes one index of an axis, which is removed. */
    String select(String x, int axis, long index) {
        String at = graph.constant(Tensors.ofLongs(new long[] {index}).squeeze());
        return node("Gather", List.of(x, at), OnnxAttributes.number("axis", axis));
    }

    /** Takes the tokens of the patches: (N, 1 + L, C) to (N, L, C). */
    String patchTokens(String tokens) {
        return slice(tokens, 1, 1, Long.MAX_VALUE);
    }

    String concatenate(int axis, String... values) {
        return node("Concat", List.of(values), OnnxAttributes.number("axis", axis));
    }

    /** Takes the mean over axes, which are removed. */
    String mean(String x, long... axes) {
        return node("ReduceMean", List.of(x, integers(axes)), OnnxAttributes.number("keepdims", 0));
    }

    /** Repeats a tensor (1, ...) for each image: (N, ...), N that of another value. */
    String perImage(String x, Tensor like, String batched) {
        String count =
                node("Shape", List.of(batched), OnnxAttributes.number("start", 0), OnnxAttributes.number("end", 1));
        long[] shape = Tensors.shape(like);
        String rest = integers(Arrays.copyOfRange(shape, 1, shape.length));
        return node("Expand", List.of(x, concatenate(0, count, rest)));
    }

    /** A linear layer of (..., inputs), with a bias if the model has one. */
    String linear(String x, String name) {
        String product = matrixProduct(x, matrix(name + ".weight"));
        return has(name + ".bias") ? add(product, weight(name + ".bias")) : product;
    }

    /** Adds the matrix of a linear layer transposed, (inputs, outputs), as it is a product's right factor. */
    String matrix(String name) {
        return weight(name, tensor(name).t());
    }

    /** The exact GELU, x / 2 (1 + erf(x / sqrt 2)), in the form that runtimes look for to compute it in one step. */
    String gelu(String x) {
        String error = node("Erf", List.of(divide(x, Math.sqrt(2))));
        return multiply(multiply(x, add(error, scalar(1))), 0.5);
    }

    String mlp(String x, String name) {
        return linear(gelu(linear(x, name + ".fc1")), name + ".fc2");
    }

    /** A layer norm over the last axis. */
    String layerNorm(String x, String name, double epsilon) {
        return node(
                "LayerNormalization",
                List.of(x, weight(name + ".weight"), weight(name + ".bias")),
                OnnxAttributes.number("axis", -1),
                OnnxAttributes.number("epsilon", epsilon));
    }

    /** A layer norm over the channels of maps (N, C, H, W). */
    String layerNorm2d(String maps, String name, double epsilon) {
        return channelsFirst(layerNorm(channelsLast(maps), name, epsilon));
    }

    /** A batch norm of maps (N, C, H, W) by its running statistics. */
    String batchNorm(String maps, String name) {
        return node(
                "BatchNormalization",
                List.of(
                        maps,
                        weight(name + ".weight"),
                        weight(name + ".bias"),
                        weight(name + ".running_mean"),
                        weight(name + ".running_var")),
                OnnxAttributes.number("epsilon", BATCH_NORM_EPSILON));
    }

    /**
     * A square convolution, with a bias if the model has one.
     *
     * @param maps (N, C, H, W)
     */
    String convolution(String maps, String name, int stride, int padding, int groups) {
        List<String> inputs = new ArrayList<>(List.of(maps, weight(name + ".weight")));
        if (has(name + ".bias")) {
            inputs.add(weight(name + ".bias"));
        }
        long kernel = tensor(name + ".weight").size(2);
        return node(
                "Conv",
                inputs,
                OnnxAttributes.numbers("kernel_shape", kernel, kernel),
                OnnxAttributes.numbers("strides", stride, stride),
                OnnxAttributes.numbers("pads", padding, padding, padding, padding),
                OnnxAttributes.number("group", groups));
    }

    /** A convolution that divides maps into patches: (N, 3, H, W) to tokens (N, H/p * W/p, C), row by row. */
    String patches(String images, String name, int patch) {
        String maps = convolution(images, name, patch, 0, 1);
        Tensor weight = tensor(name + ".weight");
        return transpose(reshape(maps, 0, weight.size(0), -1), 0, 2, 1);
    }

    /**
     * The bias of a layer's relative positions.
     *
     * @param table name of the table (rows, heads)
     * @param edge tokens along each edge of the square
     * @param classToken whether a class token precedes those of the square
     * @return (heads, L, L)
     */
    String relativePositions(String table, int edge, boolean classToken) {
        String rows = constant(RelativePositionBias.rows(edge, classToken)); // (L, L)
        return node("Gather", List.of(weight(table, tensor(table).t()), rows), OnnxAttributes.number("axis", 1));
    }

    /** Multiplies (..., C) by a layer scale if the model has one. */
    String scaled(String branch, String name) {
        return has(name) ? multiply(branch, weight(name)) : branch;
    }
}

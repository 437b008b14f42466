package io.bandpass.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A graph under construction. Values are known by their names; nodes are added in the order of computation. */
final class OnnxGraph {
    /** Version of the default operator set. */
    static final int OPERATOR_SET = 18;

    /** Name of the first axis of inputs and outputs, whose length is open. */
    static final String BATCH = "batch";

    private final boolean halfWeights;
    private final GraphProto.Builder graph;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<Constant, String> constants = new HashMap<>();

    private record Constant(TensorProto.DataType type, List<Long> shape, ByteString values) {}

    /**
     * Creates an empty graph.
     *
     * @param halfWeights whether trained values are stored as float16, those of {@link #isHalved}
     */
    OnnxGraph(String name, boolean halfWeights) {
        this.halfWeights = halfWeights;
        graph = GraphProto.newBuilder().setName(name);
    }

    /**
     * Declares the input.
     *
     * @param shape of one image; the batch axis precedes it
     * @return its name
     */
    String input(String name, TensorProto.DataType type, String description, long... shape) {
        graph.addInput(valueInfo(name, type, description, shape));
        return name;
    }

    /**
     * Declares a float32 output.
     *
     * @param name of the output
     * @param value that it is
     * @param shape per image; the batch axis precedes it
     */
    void output(String name, String value, String description, long... shape) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Identity")
                .setName(name)
                .addInput(value)
                .addOutput(name));
        graph.addOutput(valueInfo(name, TensorProto.DataType.FLOAT, description, shape));
    }

    private static ValueInfoProto valueInfo(String name, TensorProto.DataType type, String description, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        dimensions.addDimBuilder().setDimParam(BATCH);
        for (long length : shape) {
            dimensions.addDimBuilder().setDimValue(length);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setDocString(description)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(dimensions)))
                .build();
    }

    /**
     * Adds a node with one output.
     *
     * @param operator of the default operator set
     * @return the name of its output
     */
    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String name = operator + "_" + counts.merge(operator, 1, Integer::sum);
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(name)
                .addAllInput(inputs)
                .addOutput(name)
                .addAllAttribute(Arrays.asList(attributes)));
        return name;
    }

    /**
     * Whether a graph of half weights stores a tensor as float16: all with at least two axes. Biases and the weights and
     * statistics of norms stay float32, as they take no space, and running variances may be too small for float16.
     */
    static boolean isHalved(Tensor tensor) {
        return tensor.dim() > 1 && tensor.is_floating_point();
    }

    /**
     * Adds a tensor of trained values, under its own name.
     *
     * @return the name of its values as float32
     */
    String trained(String name, Tensor values) {
        boolean half = halfWeights && isHalved(values);
        graph.addInitializer(tensor(
                name,
                half ? TensorProto.DataType.FLOAT16 : TensorProto.DataType.FLOAT,
                bytes(values.to(half ? ScalarType.Half : ScalarType.Float)),
                Tensors.shape(values)));
        return half
                ? node("Cast", List.of(name), OnnxAttributes.number("to", TensorProto.DataType.FLOAT.getNumber()))
                : name;
    }

    /** Adds float32 or int64 values that follow from the geometry; equal ones are stored once. */
    String constant(Tensor values) {
        TensorProto.DataType type =
                values.is_floating_point() ? TensorProto.DataType.FLOAT : TensorProto.DataType.INT64;
        long[] shape = Tensors.shape(values);
        Constant constant = new Constant(type, Arrays.stream(shape).boxed().toList(), bytes(values));
        return constants.computeIfAbsent(constant, key -> {
            String name = "constant_" + (constants.size() + 1);
            graph.addInitializer(tensor(name, type, key.values(), shape));
            return name;
        });
    }

    private static TensorProto tensor(String name, TensorProto.DataType type, ByteString values, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(values);
        for (long length : shape) {
            tensor.addDims(length);
        }
        return tensor.build();
    }

    private static ByteString bytes(Tensor values) {
        try (PointerScope scope = new PointerScope()) {
            return ByteString.copyFrom(Tensors.bytes(values.detach().cpu().contiguous()));
        }
    }

    GraphProto build() {
        return graph.build();
    }
}

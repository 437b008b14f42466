package io.bandpass.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderDescription;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.WeightsException;
import io.bandpass.machine.Environment;
import io.bandpass.text.Json;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Writes encoders and classifiers as ONNX files (docs/onnx.md). */
public final class OnnxExport {
    /** The format's name on the command line. */
    public static final String FORMAT = "onnx";

    /** Name of the graph's input. */
    static final String IMAGES = "images";

    /** Version of the file format, which every runtime since 2022 reads. */
    private static final int FORMAT_VERSION = 8;

    /** Limit of a protobuf message, less a reserve for nodes, names and tables of the geometry. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

    private static final int CHANNELS = 3;
    private static final double LARGEST_BYTE = 255;

    /**
     * An exported file.
     *
     * @param nodes number of nodes
     * @param tensors number of stored tensors
     * @param input the input with its shape, such as {@code images: float32 (batch, 3, 224, 224)}
     * @param outputs names of the outputs
     * @param rounding largest change of a number in the outputs by float16 weights, for one random image; empty for
     *     float32
     * @param verification comparison with the model's own outputs; empty without ONNX Runtime on the class path
     */
    public record Exported(
            Path file,
            int nodes,
            int tensors,
            String input,
            List<String> outputs,
            OptionalDouble rounding,
            Optional<Verification> verification) {
        public Exported {
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * A comparison of the outputs of ONNX Runtime and of Bandpass, with the weights as they are stored.
     *
     * @param runtime version of ONNX Runtime
     * @param largestDifference largest absolute difference of two numbers
     */
    public record Verification(String runtime, double largestDifference) {}

    private OnnxExport() {}

    /**
     * Exports an encoder or a classifier, and compares its outputs if ONNX Runtime is on the class path.
     *
     * @param weights a weights file, a run folder, or a folder that {@code import} wrote
     * @param out the file to write
     * @param overwrite whether an existing file may be replaced
     * @throws ConfigException if the weights hold a model that cannot be exported
     * @throws BandpassException if the weights cannot be read, the file exists, or the outputs differ
     */
    public static Exported write(Path weights, Path out, OnnxOptions options, boolean overwrite) throws IOException {
        AtomicFiles.requireNew(out, overwrite);
        Engine.start(Engine.physicalCores());
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                ExportedModel model = ExportedModels.open(weights)) {
            check(weights, model.state(), options);
            OptionalDouble rounding = options.halfWeights()
                    ? OptionalDouble.of(HalfWeights.round(weights, model))
                    : OptionalDouble.empty();
            ModelProto proto = proto(model, options);
            List<Verification> verification = new ArrayList<>();
            AtomicFiles.write(out, temporary -> {
                try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(temporary))) {
                    proto.writeTo(stream);
                }
                if (hasRuntime()) {
                    verification.add(RuntimeComparison.of(temporary, model, options));
                }
            });
            GraphProto graph = proto.getGraph();
            return new Exported(
                    out,
                    graph.getNodeCount(),
                    graph.getInitializerCount(),
                    describe(model, options),
                    graph.getOutputList().stream().map(ValueInfoProto::getName).toList(),
                    rounding,
                    verification.stream().findFirst());
        }
    }

    private static String describe(ExportedModel model, OnnxOptions options) {
        int size = model.imageSize();
        return String.format(
                Locale.ROOT,
                options.preprocessInside() ? "%s: uint8 (batch, %d, %d, 3)" : "%s: float32 (batch, 3, %d, %d)",
                IMAGES,
                size,
                size);
    }

    /** Whether ONNX Runtime, which is no dependency, is on the class path. */
    public static boolean hasRuntime() {
        try {
            Class.forName("ai.onnxruntime.OrtEnvironment", false, OnnxExport.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /**
     * Rejects weights that do not fit into a file, or are no numbers.
     *
     * @param weights for messages
     */
    static void check(Path weights, Map<String, Tensor> state, OnnxOptions options) {
        long bytes = 0;
        for (Tensor tensor : state.values()) {
            bytes += tensor.numel() * (options.halfWeights() && OnnxGraph.isHalved(tensor) ? Short.BYTES : Float.BYTES);
        }
        if (bytes > MOST_BYTES) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "%s holds %.1f GB of weights, and `format` onnx cannot write more than 2 GB yet",
                    weights,
                    bytes / 1e9));
        }
        state.forEach((name, tensor) -> {
            if (tensor.is_floating_point() && !Tensors.isFinite(tensor)) {
                throw new WeightsException(weights + ": its tensor " + name
                        + " holds values that are not finite; export weights that are");
            }
        });
    }

    private static ModelProto proto(ExportedModel model, OnnxOptions options) throws JsonProcessingException {
        OnnxGraph graph = new OnnxGraph(model.encoder().type(), options.halfWeights());
        GraphLayers layers = new GraphLayers(graph, model.state());
        model.addTo(graph, layers, images(graph, layers, model, options));
        ModelProto.Builder proto = ModelProto.newBuilder()
                .setIrVersion(FORMAT_VERSION)
                .setProducerName("bandpass")
                .setProducerVersion(Environment.version())
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OnnxGraph.OPERATOR_SET))
                .setGraph(graph.build());
        properties(model)
                .forEach((key, value) -> proto.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return proto.build();
    }

    /** Adds the input and, if requested, its normalisation: (N, 3, H, W). */
    private static String images(OnnxGraph graph, GraphLayers layers, ExportedModel model, OnnxOptions options) {
        int size = model.imageSize();
        if (!options.preprocessInside()) {
            return graph.input(
                    IMAGES, TensorProto.DataType.FLOAT, "RGB images, (value / 255 - mean) / std", CHANNELS, size, size);
        }
        String bytes = graph.input(IMAGES, TensorProto.DataType.UINT8, "RGB images, 0 to 255", size, size, CHANNELS);
        String numbers = layers.node(
                "Cast", List.of(bytes), OnnxAttributes.number("to", TensorProto.DataType.FLOAT.getNumber()));
        String unit = layers.divide(layers.channelsFirst(numbers), LARGEST_BYTE);
        String centred =
                layers.subtract(unit, layers.constant(perChannel(model.data().mean())));
        return layers.divide(centred, layers.constant(perChannel(model.data().std())));
    }

    private static Tensor perChannel(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return Tensors.ofFloats(floats, floats.length, 1, 1);
    }

    private static Map<String, String> properties(ExportedModel model) throws JsonProcessingException {
        EncoderDescription description = new EncoderDescription(
                model.encoder(), model.data().mean(), model.data().std());
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("producer", "bandpass " + Environment.version());
        properties.put("encoder", description.encoderYaml());
        properties.put("image-size", Integer.toString(model.imageSize()));
        properties.put("mean", model.data().mean().toString());
        properties.put("std", model.data().std().toString());
        properties.put("preprocess", model.preprocess().mode());
        properties.put("crop-ratio", Double.toString(model.preprocess().cropRatio()));
        properties.put("pooling", model.pooling());
        if (!model.classNames().isEmpty()) {
            properties.put("class-names", Json.line(model.classNames()));
        }
        return properties;
    }
}

package io.bandpass.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.bandpass.BandpassException;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Compares an exported file, run by ONNX Runtime, with the model that it was made of. ONNX Runtime need not be there at
 * run time, so this class may be used only after {@link OnnxExport#hasRuntime}.
 */
final class RuntimeComparison {
    /** One image and several, as a graph could have the size of a batch baked in. */
    private static final int[] BATCHES = {1, 3};

    /**
     * Largest difference, in units of the largest output or of 1, whichever is more. Rounding alone gives 1e-3 in a deep
     * model whose softmaxes are saturated, and about 1e-6 in most others; a wrong graph is off by as much as its outputs.
     */
    private static final double TOLERANCE = 1e-2;

    private final ExportedModel model;
    private final OnnxOptions options;
    private final SampleImages samples;

    private RuntimeComparison(ExportedModel model, OnnxOptions options) {
        this.model = model;
        this.options = options;
        samples = new SampleImages(model);
    }

    /**
     * Compares the outputs for batches of one and of three random images.
     *
     * @throws BandpassException if ONNX Runtime rejects the file, or an output differs
     */
    static OnnxExport.Verification of(Path file, ExportedModel model, OnnxOptions options) {
        try {
            return new RuntimeComparison(model, options).compare(file);
        } catch (OrtException e) {
            throw new BandpassException(
                    BandpassException.Kind.FAILURE,
                    "ONNX Runtime rejects the exported graph, which is a fault of Bandpass; please report it: "
                            + BandpassException.firstLine(e),
                    e);
        }
    }

    private OnnxExport.Verification compare(Path file) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        environment.setTelemetry(false);
        double largest = 0;
        try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
            settings.setIntraOpNumThreads(Engine.physicalCores());
            try (OrtSession session = environment.createSession(file.toString(), settings)) {
                for (int batch : BATCHES) {
                    largest = Math.max(largest, difference(environment, session, batch));
                }
            }
        }
        return new OnnxExport.Verification(environment.getVersion(), largest);
    }

    private double difference(OrtEnvironment environment, OrtSession session, int batch) throws OrtException {
        try (PointerScope scope = new PointerScope()) {
            Tensor bytes = samples.bytes(batch); // (N, 3, H, W)
            Tensor images = samples.normalised(bytes);
            Map<String, Tensor> expected = model.forward(images);
            try (OnnxTensor input = options.preprocessInside()
                            ? ofBytes(environment, bytes.permute(0, 2, 3, 1))
                            : ofFloats(environment, images);
                    OrtSession.Result result = session.run(Map.of(OnnxExport.IMAGES, input))) {
                double largest = 0;
                for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
                    OnnxTensor output = (OnnxTensor) result.get(entry.getKey()).orElseThrow();
                    largest = Math.max(largest, difference(entry.getKey(), output, entry.getValue()));
                }
                return largest;
            }
        }
    }

    private static double difference(String name, OnnxTensor output, Tensor expected) {
        float[] values = Tensors.toFloats(expected);
        FloatBuffer theirs = output.getFloatBuffer();
        if (theirs.remaining() != values.length) {
            throw differs(name, theirs.remaining() + " numbers instead of " + values.length);
        }
        double largest = 0;
        double scale = 1;
        for (float value : values) {
            double difference = Math.abs((double) theirs.get() - value);
            // NaN is larger than any number here.
            largest = Math.max(largest, difference);
            scale = Math.max(scale, Math.abs(value));
        }
        if (!(largest <= TOLERANCE * scale)) {
            throw differs(name, String.format(Locale.ROOT, "a difference of up to %.1e", largest));
        }
        return largest;
    }

    private static BandpassException differs(String name, String difference) {
        return new BandpassException(
                BandpassException.Kind.FAILURE,
                "the exported graph does not compute what the model does: its output " + name + " has " + difference
                        + "; nothing was written, please report it");
    }

    private static OnnxTensor ofFloats(OrtEnvironment environment, Tensor images) throws OrtException {
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(Tensors.toFloats(images)), Tensors.shape(images));
    }

    private static OnnxTensor ofBytes(OrtEnvironment environment, Tensor images) throws OrtException {
        // Direct memory, as ONNX Runtime reads the buffer itself.
        ByteBuffer source = Tensors.bytes(images.contiguous());
        ByteBuffer copy = ByteBuffer.allocateDirect(source.remaining()).order(ByteOrder.nativeOrder());
        copy.put(source).rewind();
        return OnnxTensor.createTensor(environment, copy, Tensors.shape(images), OnnxJavaType.UINT8);
    }
}

package io.bandpass.onnx;

import io.bandpass.format.WeightsException;
import io.bandpass.torch.Tensors;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Rounds the weights of a model to float16, as a graph of half weights stores them. */
final class HalfWeights {
    private static final int LARGEST = 65504;

    private HalfWeights() {}

    /**
     * Rounds the weights of a model to float16, in place.
     *
     * @param weights for messages
     * @return the largest change of a number in the model's outputs, for one random image
     * @throws WeightsException if a value is too large for float16
     */
    static double round(Path weights, ExportedModel model) {
        try (PointerScope scope = new PointerScope()) {
            SampleImages samples = new SampleImages(model);
            Tensor images = samples.normalised(samples.bytes(1));
            Map<String, Tensor> before = model.forward(images);
            model.state().forEach((name, tensor) -> {
                if (OnnxGraph.isHalved(tensor)) {
                    Tensor rounded = tensor.to(ScalarType.Half).to(ScalarType.Float);
                    if (!Tensors.isFinite(rounded)) {
                        throw new WeightsException(weights + ": its tensor " + name + " holds values above " + LARGEST
                                + ", which float16 cannot; export it as float32");
                    }
                    tensor.copy_(rounded);
                }
            });
            Map<String, Tensor> after = model.forward(images);
            double largest = 0;
            for (Map.Entry<String, Tensor> output : before.entrySet()) {
                Tensor change =
                        Objects.requireNonNull(after.get(output.getKey())).sub(output.getValue());
                largest = Math.max(largest, change.abs().max().item_double());
            }
            return largest;
        }
    }
}

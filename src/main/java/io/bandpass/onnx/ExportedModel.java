package io.bandpass.onnx;

import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.PreprocessConfig;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** A trained model, as graph and as forward pass. */
interface ExportedModel extends AutoCloseable {
    /** Configuration of its encoder. */
    EncoderConfig encoder();

    /** Edge of its images in pixels. */
    int imageSize();

    /** How its images are normalised. */
    DataConfig data();

    /** How its images are resized and cropped. */
    PreprocessConfig preprocess();

    /** Pooling of the feature map to a vector: {@code mean} or {@code cls}. */
    String pooling();

    /** Class names by index; none for an encoder. */
    List<String> classNames();

    /** Its tensors by name. */
    Map<String, Tensor> state();

    /**
     * Adds its nodes and outputs.
     *
     * @param images normalised images (N, 3, H, W)
     */
    void addTo(OnnxGraph graph, GraphLayers layers, String images);

    /**
     * Computes the outputs of the graph.
     *
     * @param images normalised images (N, 3, H, W)
     * @return the outputs by name
     */
    Map<String, Tensor> forward(Tensor images);

    @Override
    void close();
}

package io.bandpass.robustness;

import io.bandpass.config.PreprocessConfig;
import io.bandpass.data.Preprocessing;
import io.bandpass.nn.Normalisation;
import io.bandpass.robust.LogitsModel;
import io.bandpass.torch.Compute;
import io.bandpass.weights.ClassifierWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** A classifier under evaluation: a function of images in [0, 1], which it normalises itself. */
final class EvaluatedClassifier implements LogitsModel, AutoCloseable {
    private final String name;
    private final ClassifierWeights weights;
    private final Normalisation normalisation;
    private final Compute compute;
    private final PreprocessConfig preprocess;

    private EvaluatedClassifier(
            String name, ClassifierWeights weights, Compute compute, Optional<PreprocessConfig> preprocess) {
        this.name = name;
        this.weights = weights;
        this.compute = compute;
        this.preprocess = preprocess.orElse(weights.preprocess());
        weights.classifier().to(compute.device());
        normalisation = new Normalisation(weights.data().mean(), weights.data().std(), compute.device());
    }

    /**
     * Opens a classifier in evaluation mode.
     *
     * @param name for tables and files
     * @param file a file, or a folder with one
     * @param device where it computes
     * @param precision of passes without gradients; attacks compute in float32
     * @param preprocess instead of that of its validation
     */
    static EvaluatedClassifier open(
            String name, Path file, Device device, String precision, Optional<PreprocessConfig> preprocess)
            throws IOException {
        return new EvaluatedClassifier(name, ClassifierWeights.open(file), Compute.of(device, precision), preprocess);
    }

    String name() {
        return name;
    }

    Path file() {
        return weights.file();
    }

    List<String> classNames() {
        return weights.classNames();
    }

    /** Edge of its square input in pixels. */
    int imageSize() {
        return weights.imageSize();
    }

    /** What brings images to that size. */
    Preprocessing preprocessing() {
        return new Preprocessing(imageSize(), preprocess);
    }

    PreprocessConfig preprocess() {
        return preprocess;
    }

    /** Brings bytes (n, 3, H, W) to [0, 1], float32, on the device. */
    Tensor unit(Tensor bytes) {
        return normalisation.unit(bytes);
    }

    Device device() {
        return compute.device();
    }

    /** {@code cpu} or {@code cuda}. */
    String deviceWord() {
        return compute.deviceWord();
    }

    ClassifierWeights weights() {
        return weights;
    }

    Normalisation normalisation() {
        return normalisation;
    }

    /** In float32, with a gradient with respect to the images. */
    @Override
    public Tensor logits(Tensor images) {
        return weights.classifier().logits(normalisation.apply(images));
    }

    /** Returns logits (n, K), float32, in the precision that was asked for. */
    Tensor scored(Tensor images) {
        return compute.forward(() -> logits(images));
    }

    /** Digest of the weights file: another file's results are not taken for this one's. */
    String digest() throws IOException {
        return Digests.of(weights.file());
    }

    @Override
    public void close() {
        weights.close();
        normalisation.close();
    }
}

package io.bandpass.onnx;

import io.bandpass.config.ConfigException;
import io.bandpass.weights.ClassifierWeights;
import io.bandpass.weights.EncoderWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the weights of models that can be exported. */
final class ExportedModels {
    private ExportedModels() {}

    /**
     * Opens a model on the CPU: in a folder a classifier, if there is one, otherwise an encoder.
     *
     * @throws ConfigException if the file holds a model of another kind
     */
    static ExportedModel open(Path fileOrFolder) throws IOException {
        try (WeightsFile file = WeightsFile.ofClassifier(fileOrFolder)) {
            if (file.isSegmenter()) {
                throw new ConfigException(file.path() + " holds a segmentation model, which `format` onnx cannot write"
                        + " yet: it takes encoders and classifiers");
            }
            if (file.isFull()) {
                throw new ConfigException(file.path() + " holds an encoder with its decoder, which `format` onnx cannot"
                        + " write yet: give encoder.safetensors, the encoder alone");
            }
            return file.isClassifier()
                    ? new ExportedClassifier(ClassifierWeights.open(file.path()))
                    : new ExportedEncoder(EncoderWeights.open(file.path()));
        }
    }
}

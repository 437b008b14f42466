package io.bandpass.testing;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.Encoder;
import io.bandpass.format.WeightsLoader;
import io.bandpass.nn.LayerNorm;
import io.bandpass.pretext.PretextTask;
import io.bandpass.weights.ClassifierWeights;
import io.bandpass.weights.EncoderWeights;
import io.bandpass.weights.ModelWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Weights files as tests look into them: opened for one question each. */
public final class Weights {
    private Weights() {}

    /** A configuration of pre-training with the encoder of these weights: their own, where they have one. */
    public static PretrainingConfig config(Path fileOrFolder) throws IOException {
        try (WeightsFile file = WeightsFile.ofModel(fileOrFolder)) {
            return file.hasPretraining()
                    ? file.pretraining()
                    : ConfigBuilder.of(PretrainingConfig.class)
                            .pretrained(file.description(), "the weights")
                            .build();
        }
    }

    public static WeightsLoader.Report load(PretextTask task, Path fileOrFolder) throws IOException {
        try (WeightsFile file = WeightsFile.ofModel(fileOrFolder)) {
            return ModelWeights.load(task, file);
        }
    }

    public static WeightsLoader.Report load(Classifier classifier, Path fileOrFolder, boolean keepHead)
            throws IOException {
        try (WeightsFile file = WeightsFile.ofClassifier(fileOrFolder)) {
            return ClassifierWeights.load(classifier, file, keepHead);
        }
    }

    /** The file that is meant where a folder is named. */
    public static Path path(Path fileOrFolder) throws IOException {
        try (WeightsFile file = WeightsFile.ofClassifier(fileOrFolder)) {
            return file.path();
        }
    }

    public static Optional<LayerNorm> loadEncoder(Encoder encoder, Path fileOrFolder) throws IOException {
        try (WeightsFile file = WeightsFile.ofEncoder(fileOrFolder)) {
            return EncoderWeights.load(encoder, file);
        }
    }
}

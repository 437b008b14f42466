package io.bandpass.weights;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.format.WeightsException;
import io.bandpass.nn.LayerNorm;
import io.bandpass.task.NotFiniteException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The encoder of weights of any kind: alone, in a full model, or in a classifier, whose head is left aside. A ViT that
 * was fine-tuned on the mean of its patches has a norm of that mean instead of its final norm.
 *
 * @param file in which the encoder is
 * @param meanNorm that norm
 */
public record StoredEncoder(Path file, PretrainingConfig config, Encoder encoder, Optional<LayerNorm> meanNorm)
        implements AutoCloseable {
    /**
     * Opens an encoder on the CPU, in evaluation mode.
     *
     * @param weights a file, or the folder in which it is
     */
    public static StoredEncoder open(Path weights) throws IOException {
        PretrainingConfig config = StoredModel.config(weights);
        Encoder encoder = Encoders.create(config.encoder(), config.train().seed());
        try {
            encoder.setTraining(false);
            return new StoredEncoder(
                    StoredModel.encoderFile(weights), config, encoder, StoredModel.loadEncoder(encoder, weights));
        } catch (IOException | RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /** What to say of weights whose features are no numbers. */
    public WeightsException ofNoUse(NotFiniteException reason) {
        return new WeightsException(file + " is of no use: " + reason.getMessage());
    }

    @Override
    public void close() {
        encoder.close();
        meanNorm.ifPresent(LayerNorm::close);
    }
}

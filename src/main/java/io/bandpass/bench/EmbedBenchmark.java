package io.bandpass.bench;

import io.bandpass.config.TrainingConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Normalisation;
import io.bandpass.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** How fast a frozen encoder makes features of images that lie in memory. */
final class EmbedBenchmark {
    private final BenchmarkSetup<?> setup;
    private final Optional<Path> weights;
    private final int batchSize;
    private final Rounds rounds;

    /**
     * A measurement.
     *
     * @param weights of the encoder; without them it has its starting values, which are as fast
     */
    EmbedBenchmark(BenchmarkSetup<?> setup, Optional<Path> weights, int batchSize, Rounds rounds) {
        this.setup = setup;
        this.weights = weights;
        this.batchSize = batchSize;
        this.rounds = rounds;
    }

    /** Figures by their keys. */
    Map<String, Object> measure() throws IOException {
        TrainingConfig config = setup.asked();
        ProductRates products = new ProductRates(setup.device(), rounds.seconds());
        products.look();
        Rounds.Measured measured;
        try (Encoder encoder = Encoders.create(config.encoder(), config.train().seed());
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), setup.device());
                SyntheticBatches batches =
                        new SyntheticBatches(batchSize, config.encoder().imageSize())) {
            if (weights.isPresent()) {
                StoredModel.loadEncoder(encoder, weights.get()).ifPresent(LayerNorm::close);
            }
            encoder.to(setup.device());
            encoder.setTraining(false);
            // Within one call, as for the features of a set: the weights are cast once.
            measured = setup.precision()
                    .run(
                            setup.device(),
                            () -> rounds.measure(batchSize, () -> embed(encoder, normalisation, batches), () -> {}));
        }
        products.look();
        Map<String, Object> figures = new LinkedHashMap<>();
        measured.put(figures);
        figures.put("seconds_per_batch", Rounds.median(measured.secondsPerRepetition()));
        products.put(
                figures,
                config.encoder().multiplyAddsPerImage() * Rounds.median(measured.imagesPerSecond()),
                setup.precision());
        ProcessFigures.putMemory(figures, measured.residentBytes());
        setup.putRecipe(figures, config, batchSize);
        setup.putCompute(figures);
        ProcessFigures.putMachine(figures);
        return figures;
    }

    private void embed(Encoder encoder, Normalisation normalisation, SyntheticBatches batches) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            // Fetching the features waits for the device.
            setup.precision()
                    .forward(
                            setup.device(),
                            () -> encoder.features(normalisation.apply(normalisation.unit(batches.images()))))
                    .cpu();
        }
    }
}

package io.bandpass.bench;

import io.bandpass.config.RunConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Normalisation;
import io.bandpass.weights.EncoderWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** Benchmark of feature extraction with a frozen encoder, on images in memory. */
final class EmbedBenchmark {
    private final BenchmarkSetup<?> setup;
    private final Optional<Path> weights;
    private final int batchSize;
    private final TimedRounds rounds;

    /**
     * Creates the benchmark.
     *
     * @param weights weights of the encoder; if empty, it has its initial values, which are as fast
     */
    EmbedBenchmark(BenchmarkSetup<?> setup, Optional<Path> weights, int batchSize, TimedRounds rounds) {
        this.setup = setup;
        this.weights = weights;
        this.batchSize = batchSize;
        this.rounds = rounds;
    }

    /** Measures and returns the figures by key. */
    Map<String, Object> measure() throws IOException {
        RunConfig config = setup.asked();
        GemmThroughput products = new GemmThroughput(setup.device(), rounds.seconds());
        products.look();
        TimedRounds.Measured measured;
        try (Encoder encoder = Encoders.create(config.encoder(), config.train().seed());
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), setup.device());
                SyntheticBatches batches = new SyntheticBatches(
                        setup.kind(), batchSize, config.encoder().imageSize())) {
            if (weights.isPresent()) {
                try (WeightsFile file = WeightsFile.ofEncoder(weights.get())) {
                    EncoderWeights.load(encoder, file).ifPresent(LayerNorm::close);
                }
            }
            encoder.to(setup.device());
            encoder.setTraining(false);
            // One call, as for the features of a set, so that autocast casts the weights only once.
            measured = setup.precision()
                    .run(
                            setup.device(),
                            () -> rounds.measure(batchSize, () -> embed(encoder, normalisation, batches), () -> {}));
        }
        products.look();
        Map<String, Object> figures = new LinkedHashMap<>();
        measured.put(figures);
        figures.put("seconds_per_batch", TimedRounds.median(measured.secondsPerRepetition()));
        products.put(
                figures,
                config.encoder().multiplyAddsPerImage() * TimedRounds.median(measured.imagesPerSecond()),
                setup.precision());
        ProcessUsage.putMemory(figures, measured.residentBytes());
        setup.putRecipe(figures, config, batchSize);
        setup.putCompute(figures);
        ProcessUsage.putMachine(figures);
        return figures;
    }

    private void embed(Encoder encoder, Normalisation normalisation, SyntheticBatches batches) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            // Copying the features to the CPU synchronises with the device.
            setup.precision()
                    .forward(
                            setup.device(),
                            () -> encoder.features(normalisation.apply(normalisation.unit(batches.images()))))
                    .cpu();
        }
    }
}

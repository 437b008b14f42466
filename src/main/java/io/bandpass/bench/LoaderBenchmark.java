package io.bandpass.bench;

import io.bandpass.config.RunConfig;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.ImageSource;
import io.bandpass.data.UnreadableImages;
import java.util.LinkedHashMap;
import java.util.Map;

/** Benchmark of reading, decoding and augmenting images alone: batches are fetched and discarded. */
final class LoaderBenchmark<C extends Record & RunConfig> {
    private final BenchmarkSetup<C> setup;
    private final TimedRounds rounds;

    LoaderBenchmark(BenchmarkSetup<C> setup, TimedRounds rounds) {
        this.setup = setup;
        this.rounds = rounds;
    }

    /** Measures and returns the figures by key. */
    Map<String, Object> measure() {
        UnreadableImages unreadable = new UnreadableImages(setup.asked().data().maxBad());
        ImageSource images = setup.open(unreadable).train();
        C config = setup.resolve(images.size());
        int batchSize = config.train().batchSize();
        TimedRounds.Measured measured;
        try (BatchLoader loader = setup.endlessLoader(config, images, unreadable)) {
            measured = rounds.measure(batchSize, () -> loader.next().close(), () -> {});
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        measured.put(figures);
        ProcessUsage.putMemory(figures, measured.residentBytes());
        setup.putRecipe(figures, config, batchSize);
        figures.put("workers", config.data().workers().orElseThrow());
        figures.put("images", images.size());
        figures.put("bad_images", unreadable.size());
        ProcessUsage.putMachine(figures);
        return figures;
    }
}

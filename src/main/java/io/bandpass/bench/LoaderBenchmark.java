package io.bandpass.bench;

import io.bandpass.config.TrainingConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.ImageSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** How fast images are read, decoded and augmented when nothing else is done: batches are taken and thrown away. */
final class LoaderBenchmark {
    private final BenchmarkSetup<?> setup;
    private final Rounds rounds;

    LoaderBenchmark(BenchmarkSetup<?> setup, Rounds rounds) {
        this.setup = setup;
        this.rounds = rounds;
    }

    /** Figures by their keys. */
    Map<String, Object> measure() {
        BadImages bad = new BadImages(setup.asked().data().maxBad());
        ImageSource images = setup.open(bad).train();
        TrainingConfig config = setup.resolve(images.size());
        int batchSize = config.train().batchSize();
        Rounds.Measured measured;
        try (BatchLoader loader = BenchmarkSetup.endlessLoader(config, images, bad)) {
            measured = rounds.measure(batchSize, () -> loader.next().close(), () -> {});
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        measured.put(figures);
        ProcessFigures.putMemory(figures, measured.residentBytes());
        setup.putRecipe(figures, config, batchSize);
        figures.put("workers", config.data().workers().orElseThrow());
        figures.put("images", images.size());
        figures.put("bad_images", bad.size());
        ProcessFigures.putMachine(figures);
        return figures;
    }
}

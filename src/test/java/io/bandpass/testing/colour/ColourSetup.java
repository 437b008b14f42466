package io.bandpass.testing.colour;

import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.MovingAverage;
import io.bandpass.report.RunReport;
import io.bandpass.run.RunContext;
import io.bandpass.run.TrainingSetup;
import io.bandpass.task.TrainingTask;
import io.bandpass.train.Evaluator;
import io.bandpass.weights.EncoderWeights;
import io.bandpass.weights.ModelWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A session of it, which evaluates nothing between steps. */
final class ColourSetup implements TrainingSetup {
    private final RunContext<ColourConfig> run;
    private final ColourTask task;

    ColourSetup(RunContext<ColourConfig> run) {
        this.run = run;
        task = new ColourTask(run.config(), run.compute());
    }

    @Override
    public TrainingTask task() {
        return task;
    }

    @Override
    public Map<String, String> facts() {
        return Map.of("task", "mean colour");
    }

    @Override
    public int imageSizeAt(long step) {
        return run.config().encoder().imageSize();
    }

    @Override
    public Map<String, Double> loadInitial(Path weights, Consumer<String> notices) throws IOException {
        try (WeightsFile file = WeightsFile.ofEncoder(weights)) {
            ModelWeights.loadEncoder(task.encoder(), file).lines().forEach(notices);
        }
        return Map.of();
    }

    @Override
    public Evaluator evaluator(Optional<MovingAverage> average, TrainingListener listener) {
        return Evaluator.NONE;
    }

    @Override
    public void writeWeights(Optional<MovingAverage> average, RunSummary summary, Consumer<String> notices)
            throws IOException {
        Path file = run.folder().weights(WeightsFile.ENCODER);
        Files.createDirectories(file.getParent());
        EncoderWeights.write(
                file,
                NamedTensor.byName(task.encoder().state()),
                run.config(),
                run.recipe(),
                summary.steps(),
                run.trained().metadata());
    }

    @Override
    public void writeReport(RunReport report) throws IOException {
        Files.writeString(
                run.folder().report(),
                "<html><h1>" + report.title() + "</h1>" + report.summary().steps() + " steps of mean colour</html>");
    }

    @Override
    public void close() {}
}

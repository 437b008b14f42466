package io.bandpass.metrics;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Reports a run as lines of text, for terminals and train.log. */
public final class RunLines implements TrainingListener {
    private static final double SMOOTHING = 0.9;

    private final Consumer<String> lines;
    private final LongSupplier residentBytes;
    private long totalSteps;
    private long lastStep;
    private long lastNanos;
    private double secondsPerStep;

    /**
     * Creates a reporter.
     *
     * @param lines receives the lines
     * @param residentBytes memory of the process, for the progress lines
     */
    public RunLines(Consumer<String> lines, LongSupplier residentBytes) {
        this.lines = lines;
        this.residentBytes = residentBytes;
    }

    @Override
    public void onStart(RunFacts facts) {
        totalSteps = facts.totalSteps();
        lastStep = facts.startStep();
        lastNanos = System.nanoTime();
        int width =
                facts.lines().keySet().stream().mapToInt(String::length).max().orElse(0);
        facts.lines()
                .forEach((label, value) -> lines.accept(label
                        + " ".repeat(width + 2 - label.length())
                        + value.replace("\n", "\n" + " ".repeat(width + 2))));
    }

    @Override
    public void onStep(StepMetrics m) {
        long now = System.nanoTime();
        if (m.step() > lastStep) {
            double seconds = (now - lastNanos) / 1e9 / (m.step() - lastStep);
            secondsPerStep = secondsPerStep == 0 ? seconds : SMOOTHING * secondsPerStep + (1 - SMOOTHING) * seconds;
        }
        lastStep = m.step();
        lastNanos = now;
        lines.accept(String.format(
                Locale.ROOT,
                "step %d/%d  epoch %.2f  loss %.4f  lr %.2e  grad %.3g  %.0f img/s  data %.0f%%  mem %d MB  ETA %s",
                m.step(),
                totalSteps,
                m.epoch(),
                m.loss(),
                m.learningRate(),
                m.gradientNorm(),
                m.imagesPerSecond(),
                100 * m.dataWait(),
                residentBytes.getAsLong() >> 20,
                duration(secondsPerStep * (totalSteps - m.step()))));
    }

    @Override
    public void onScores(ScoreMetrics metrics) {
        if (metrics.step() == 0) {
            // The initial evaluation is not a step and must not distort the ETA.
            lastNanos = System.nanoTime();
        }
        String when =
                metrics.step() == 0 ? "at the start" : "epoch " + String.format(Locale.ROOT, "%.1f", metrics.epoch());
        lines.accept(metrics.values().entrySet().stream()
                        .map(entry -> Scores.describe(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", "))
                + " (" + when + ")");
    }

    @Override
    public void onSamples(long step, Path picture) {
        lines.accept("samples     " + picture);
    }

    @Override
    public void onCheckpoint(long step, Path folder) {
        lines.accept("checkpoint  " + folder);
    }

    @Override
    public void onNotice(String sentence) {
        lines.accept("notice: " + sentence);
    }

    /** Formats seconds as 12s, 3m05s or 2h07m. */
    public static String duration(double seconds) {
        long s = Math.round(seconds);
        if (s < 60) {
            return s + "s";
        }
        return s < 3600
                ? String.format(Locale.ROOT, "%dm%02ds", s / 60, s % 60)
                : String.format(Locale.ROOT, "%dh%02dm", s / 3600, s % 3600 / 60);
    }
}

package io.bandpass.bench;

import io.bandpass.torch.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Timed rounds of repeated work, after a warm-up round. */
final class TimedRounds {
    private static final int WARM_UP_REPETITIONS = 2;

    private final int count;
    private final double seconds;
    private final Consumer<String> progress;

    /**
     * Result of the rounds.
     *
     * @param imagesPerSecond throughput of each round
     * @param secondsPerRepetition duration of a repetition in each round
     * @param residentBytes resident memory at the end of each round
     * @param seconds total duration of all rounds
     */
    record Measured(
            List<Double> imagesPerSecond, List<Double> secondsPerRepetition, List<Long> residentBytes, double seconds) {
        /** Adds the figures that all benchmarks share. */
        void put(Map<String, Object> figures) {
            figures.put("images_per_second", median(imagesPerSecond));
            figures.put("images_per_second_rounds", imagesPerSecond);
            figures.put("rounds", imagesPerSecond.size());
        }
    }

    /**
     * Creates the rounds.
     *
     * @param count number of rounds
     * @param seconds time after which a round begins no further repetition; it has at least one
     * @param progress receives a line after each round
     */
    TimedRounds(int count, double seconds, Consumer<String> progress) {
        this.count = count;
        this.seconds = seconds;
        this.progress = progress;
    }

    double seconds() {
        return seconds;
    }

    /** Reports a human-readable line of progress. */
    void tell(String line) {
        progress.accept(line);
    }

    /**
     * Measures the work.
     *
     * @param images number of images per repetition
     * @param beforeCounting called after the warm-up round
     */
    Measured measure(int images, Runnable work, Runnable beforeCounting) {
        round(work, WARM_UP_REPETITIONS);
        beforeCounting.run();
        List<Double> rates = new ArrayList<>();
        List<Double> repetitions = new ArrayList<>();
        List<Long> resident = new ArrayList<>();
        double sum = 0;
        for (int i = 1; i <= count; i++) {
            Round round = round(work, 1);
            sum += round.seconds();
            repetitions.add(round.seconds() / round.repetitions());
            rates.add(images * round.repetitions() / round.seconds());
            resident.add(Engine.residentBytes());
            tell(String.format(Locale.ROOT, "round %d of %d: %.1f images/s", i, count, rates.get(i - 1)));
        }
        return new Measured(rates, repetitions, resident, sum);
    }

    private record Round(long repetitions, double seconds) {}

    private Round round(Runnable work, int least) {
        long start = System.nanoTime();
        long repetitions = 0;
        double passed;
        do {
            work.run();
            repetitions++;
            passed = (System.nanoTime() - start) / 1e9;
        } while (repetitions < least || passed < seconds);
        return new Round(repetitions, passed);
    }

    /** Returns the median. */
    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}

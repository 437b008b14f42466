package io.bandpass.bench;

import io.bandpass.torch.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Repeats a piece of work in timed rounds, after one round that does not count. */
final class TimedRounds {
    private static final int WARM_UP_REPETITIONS = 2;

    private final int count;
    private final double seconds;
    private final Consumer<String> progress;

    /**
     * What the rounds gave.
     *
     * @param imagesPerSecond of each round
     * @param secondsPerRepetition of each round
     * @param residentBytes at the end of each round
     * @param seconds all rounds together
     */
    record Measured(
            List<Double> imagesPerSecond, List<Double> secondsPerRepetition, List<Long> residentBytes, double seconds) {
        /** Adds what every benchmark says of its rounds. */
        void put(Map<String, Object> figures) {
            figures.put("images_per_second", median(imagesPerSecond));
            figures.put("images_per_second_rounds", imagesPerSecond);
            figures.put("rounds", imagesPerSecond.size());
        }
    }

    /**
     * A number of rounds.
     *
     * @param seconds after which a round begins no further repetition; it has at least one
     * @param progress is told a line after each round
     */
    TimedRounds(int count, double seconds, Consumer<String> progress) {
        this.count = count;
        this.seconds = seconds;
        this.progress = progress;
    }

    double seconds() {
        return seconds;
    }

    /** A line for people while it is measured. */
    void tell(String line) {
        progress.accept(line);
    }

    /**
     * Measures.
     *
     * @param images that one repetition takes
     * @param beforeCounting done after the round that does not count
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

    /** The middle of some numbers, or the mean of the two in the middle. */
    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}

package io.bandpass.train;

import io.bandpass.config.TrainSection;
import java.util.Locale;
import java.util.Optional;

/**
 * Detects, once per session, that throughput has dropped to a fraction of what it was. Counts the time within steps
 * only, without image loading.
 */
final class ThroughputWatch {
    /**
     * Fraction of the best throughput that counts as slow; programs that share the cores fairly leave more than this.
     */
    private static final double SLOW_FRACTION = 0.25;

    private static final double WINDOW_SECONDS = 10;
    private static final int SMALLEST_WINDOW = 3;
    private static final int SLOW_WINDOWS = 6;

    private final TrainSection train;
    private long images;
    private int steps;
    private double seconds;
    private double best;
    private int slowWindows;
    private double slowSeconds;
    private double slowImages;
    private boolean reported;

    ThroughputWatch(TrainSection train) {
        this.train = train;
    }

    /** Forgets all measurements, as the following steps are of another size. */
    void forget() {
        best = 0;
        beginWindow();
        beginSlowness();
    }

    /**
     * Records a step.
     *
     * @param count images in its batch
     * @param taken its duration in seconds
     * @return a warning, once steps have been slow for long enough
     */
    Optional<String> made(int count, double taken) {
        images += count;
        steps++;
        seconds += taken;
        if (reported || seconds < WINDOW_SECONDS || steps < SMALLEST_WINDOW) {
            return Optional.empty();
        }
        double rate = images / seconds;
        if (rate >= SLOW_FRACTION * best) {
            best = Math.max(best, rate);
            beginSlowness();
        } else {
            slowWindows++;
            slowSeconds += seconds;
            slowImages += images;
        }
        beginWindow();
        reported = slowWindows >= SLOW_WINDOWS;
        return reported ? Optional.of(sentence()) : Optional.empty();
    }

    private void beginWindow() {
        images = 0;
        steps = 0;
        seconds = 0;
    }

    private void beginSlowness() {
        slowWindows = 0;
        slowSeconds = 0;
        slowImages = 0;
    }

    private String sentence() {
        return String.format(
                Locale.ROOT,
                "steps made %.1f images/s for the last %.0f s, where they had made %.1f (loading not counted): other programs"
                        + " seem to use %s; end them%s",
                slowImages / slowSeconds,
                slowSeconds,
                best,
                train.device().equals("cuda") ? "the GPU" : "the cores",
                train.device().equals("cuda") ? "" : advice());
    }

    /** Returns further advice for compute threads that share the cores with other programs. */
    private String advice() {
        int threads = train.threads().orElse(1);
        boolean waiting = threads > 1 && train.precision().equals("bf16");
        if (waiting) {
            return ", or start a new run with `threads` 1 or `precision` fp32: in bf16 the compute threads wait for"
                    + " each other, and several can be slower than one";
        }
        return threads > 1 ? ", or start a new run with fewer `threads`" : "";
    }
}

package io.bandpass.train;

import io.bandpass.config.TrainSection;
import java.util.Locale;
import java.util.Optional;

/**
 * Notices, once in a session, that steps take many times as long as they did before. Only the time within steps counts,
 * which the loading of images is no part of.
 */
final class ThroughputWatch {
    /** Other programs that share the cores fairly leave more than this. */
    private static final double FALLEN = 0.25;

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
    private boolean said;

    ThroughputWatch(TrainSection train) {
        this.train = train;
    }

    /** Forgets what was measured: steps are of another size from now on. */
    void forget() {
        best = 0;
        beginWindow();
        beginSlowness();
    }

    /**
     * Takes in a step.
     *
     * @param count images of its batch
     * @param taken seconds
     * @return a sentence for the user, when it has been slow for long enough
     */
    Optional<String> made(int count, double taken) {
        images += count;
        steps++;
        seconds += taken;
        if (said || seconds < WINDOW_SECONDS || steps < SMALLEST_WINDOW) {
            return Optional.empty();
        }
        double rate = images / seconds;
        if (rate >= FALLEN * best) {
            best = Math.max(best, rate);
            beginSlowness();
        } else {
            slowWindows++;
            slowSeconds += seconds;
            slowImages += images;
        }
        beginWindow();
        said = slowWindows >= SLOW_WINDOWS;
        return said ? Optional.of(sentence()) : Optional.empty();
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

    /** What else helps where compute threads share the cores with others. */
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

package io.bandpass.cli;

import io.bandpass.metrics.RunLines;
import io.bandpass.robustness.Robustness;
import java.util.List;
import java.util.Locale;

/** A line for each finished part, and on a terminal a bar with the time left. */
final class RobustnessProgress implements Robustness.Progress, AutoCloseable {
    private static final int PARTS = 1000;
    private static final double ENOUGH = 0.05;
    /** Longest time without a line where there is no bar, in nanoseconds. */
    private static final long SILENCE = 30_000_000_000L;

    private final String prefix;
    private final boolean showsKept;

    private final CountBar bar = new CountBar("robustness");
    private final long begin = System.nanoTime();
    private double before = -1;
    /** When the last line was printed. */
    private long line = begin;

    private RobustnessProgress(String prefix, boolean showsKept) {
        this.prefix = prefix;
        this.showsKept = showsKept;
    }

    static RobustnessProgress alone() {
        return new RobustnessProgress("", true);
    }

    /** Of one of several processes, which counts its own share. */
    static RobustnessProgress ofJob(int number) {
        return new RobustnessProgress("job " + (number + 1) + ": ", true);
    }

    /** After several processes have measured all parts, which is not told again. */
    static RobustnessProgress ofKept() {
        return new RobustnessProgress("", false);
    }

    @Override
    public void says(String sentence) {
        if (prefix.isEmpty()) {
            Terminal.line(sentence);
        }
    }

    @Override
    public void doubts(String sentence) {
        Terminal.notices(List.of(sentence));
    }

    @Override
    public void finished(String model, String part, boolean kept, double share) {
        if (kept) {
            before = share;
        }
        bar.reached(Math.round(PARTS * share), PARTS);
        if (!kept || showsKept) {
            print(model, part + (kept ? ", kept" : ""), share);
        }
    }

    @Override
    public void reached(String model, String part, double share) {
        bar.reached(Math.round(PARTS * share), PARTS);
        // Without a bar, a long part would look like one that hangs.
        if (!Terminal.interactive() && System.nanoTime() - line > SILENCE) {
            print(model, part + " goes on", share);
        }
    }

    private void print(String model, String what, double share) {
        line = System.nanoTime();
        Terminal.line(
                String.format(Locale.ROOT, "%s%3.0f %%  %s, %s%s", prefix, 100 * share, model, what, left(share)));
    }

    /** Time left, if what remains goes on as what was measured in this call. */
    private String left(double share) {
        double first = Math.max(0, before);
        // The first passes are slower than those that follow, and say little.
        if (share - first < ENOUGH || share >= 1) {
            return "";
        }
        double seconds = (System.nanoTime() - begin) / 1e9 * (1 - share) / (share - first);
        return ", about " + RunLines.duration(seconds) + " left";
    }

    @Override
    public void close() {
        bar.close();
    }
}

package io.bandpass.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar over things that are counted, on a terminal only. */
final class CountBar implements AutoCloseable {
    private final String task;
    private @Nullable ProgressBar bar;

    CountBar(String task) {
        this.task = task;
    }

    void reached(long count, long all) {
        if (!Terminal.interactive()) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(all)
                    .setStyle(
                            System.getenv("NO_COLOR") == null
                                    ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK
                                    : ProgressBarStyle.ASCII)
                    .build();
        }
        // Counts of another set may follow.
        bar.maxHint(all);
        bar.stepTo(count);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}

package io.bandpass.cli;

import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.NextSteps;
import io.bandpass.run.RunKind;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar over the steps of a run, on a terminal only, and the last words. */
final class Progress implements TrainingListener, AutoCloseable {
    private final RunKind<?> kind;
    private @Nullable ProgressBar bar;
    private @Nullable RunFacts facts;

    Progress(RunKind<?> kind) {
        this.kind = kind;
    }

    @Override
    public void onStart(RunFacts given) {
        facts = given;
        if (Terminal.interactive()) {
            bar = new ProgressBarBuilder()
                    .setTaskName("step")
                    .setInitialMax(given.totalSteps())
                    .startsFrom(given.startStep(), Duration.ZERO)
                    .setStyle(
                            System.getenv("NO_COLOR") == null
                                    ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK
                                    : ProgressBarStyle.ASCII)
                    .build();
        }
    }

    @Override
    public void onStep(StepMetrics metrics) {
        if (bar != null) {
            bar.stepTo(metrics.step());
        }
    }

    @Override
    public void onEnd(RunSummary summary) {
        close();
        if (facts != null) {
            NextSteps.lastWords(kind, facts.runFolder(), summary).forEach(Terminal::line);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}

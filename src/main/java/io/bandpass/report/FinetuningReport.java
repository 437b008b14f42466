package io.bandpass.report;

import io.bandpass.metrics.ClassScores;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.report.SvgChart.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The report of a fine-tuning run.
 *
 * @param introduction what was trained, on what, and what it began with, in sentences
 * @param stepsPerEpoch optimizer steps of an epoch
 * @param scores of the held-out images, class by class
 */
public record FinetuningReport(RunReport run, String introduction, long stepsPerEpoch, ClassScores scores) {
    /** Among so many classes every image is right within the first five. */
    private static final int TOP = 5;

    /**
     * Writes the page.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path html) throws IOException {
        Page.of(run, figures(), charts())
                .write(
                        html,
                        "finetuning.jte",
                        Map.of("introduction", introduction, "scores", scores, "tables", new ClassTables(scores)));
    }

    private boolean hasTop5() {
        return scores.classes().size() > TOP;
    }

    private Map<String, String> figures() {
        RunSummary summary = run.summary();
        Map<String, String> figures = new LinkedHashMap<>();
        Page.percent(figures, "top-1 of held-out images", summary.score(Scores.TOP1));
        summary.score(Scores.TOP1_BEST_STEP)
                .ifPresent(step -> Page.percent(
                        figures,
                        String.format(Locale.ROOT, "best top-1, after epoch %.1f", step / stepsPerEpoch),
                        summary.score(Scores.TOP1_BEST)));
        if (hasTop5()) {
            Page.percent(figures, "top-5", summary.score(Scores.TOP5));
        }
        Page.percent(figures, "calibration error", summary.score(Scores.CALIBRATION_ERROR));
        return figures;
    }

    private List<Chart> charts() {
        List<StepMetrics> steps = run.metrics().steps();
        List<Chart> charts = new ArrayList<>();
        Chart.loss(steps).ifPresent(charts::add);
        accuracyChart().ifPresent(charts::add);
        Chart.learningRate(steps).ifPresent(charts::add);
        Chart.gradientNorm(steps).ifPresent(charts::add);
        return charts;
    }

    private Optional<Chart> accuracyChart() {
        List<Line> lines = new ArrayList<>();
        lines.add(line("top-1", "a", Scores.TOP1));
        if (hasTop5()) {
            lines.add(line("top-5", "b", Scores.TOP5));
        }
        String explanation = hasTop5()
                ? "Per cent of held-out images whose class comes first, or among the first five."
                : "Per cent of held-out images whose class comes first.";
        return Chart.of("Accuracy", explanation, "epoch", false, lines);
    }

    private Line line(String label, String style, String score) {
        return Chart.percent(run.metrics().scores(), label, style, score);
    }
}

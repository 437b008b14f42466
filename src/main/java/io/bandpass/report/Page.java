package io.bandpass.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.bandpass.metrics.RunLines;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.StepMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * report.html: one self-contained page about a run. This is the part that is the same for every kind of run.
 *
 * @param headlines label to figure, in the order in which they are shown
 */
public record Page(RunReport run, Map<String, String> headlines, List<Chart> charts) {
    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(ContentType.Html);

    /** A page that begins with these figures and goes on with those that every run has. */
    static Page of(RunReport run, Map<String, String> figures, List<Chart> charts) {
        Map<String, String> headlines = new LinkedHashMap<>(figures);
        RunSummary summary = run.summary();
        if (Double.isFinite(summary.finalLoss())) {
            headlines.put("loss of the last epoch", String.format(Locale.ROOT, "%.4f", summary.finalLoss()));
        }
        headlines.put("steps", summary.steps() + " in " + RunLines.duration(summary.seconds()));
        run.metrics().steps().stream()
                .mapToDouble(StepMetrics::imagesPerSecond)
                .filter(Double::isFinite)
                .average()
                .ifPresent(speed -> headlines.put("images per second", String.format(Locale.ROOT, "%.0f", speed)));
        return new Page(run, headlines, charts);
    }

    /** Adds a figure that was measured, a fraction, as per cent. */
    static void percent(Map<String, String> figures, String label, OptionalDouble value) {
        value.ifPresent(v -> figures.put(label, percent(v)));
    }

    /** A fraction as per cent. */
    static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }

    /**
     * Writes the page.
     *
     * @param template of the kind of run, which is given this page as {@code page}
     * @param more what else the template is given
     */
    void write(Path html, String template, Map<String, Object> more) throws IOException {
        Map<String, Object> parameters = new LinkedHashMap<>(more);
        parameters.put("page", this);
        StringOutput text = new StringOutput();
        TEMPLATES.render(template, parameters, text);
        Files.writeString(html, text.toString().stripTrailing() + "\n");
    }
}

package io.bandpass.report;

import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunSummary;
import java.util.List;
import java.util.Map;

/**
 * What the report of every run tells.
 *
 * @param title name of the recipe or run
 * @param summary how the run ended
 * @param metrics of the whole run
 * @param facts what was printed at the start
 * @param configuration YAML
 * @param badImages name to reason
 * @param nextCommands to copy
 */
public record RunReport(
        String title,
        RunSummary summary,
        MetricsFile.Content metrics,
        Map<String, String> facts,
        String configuration,
        Map<String, String> badImages,
        List<String> nextCommands) {}

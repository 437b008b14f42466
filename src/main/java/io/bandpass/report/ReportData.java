package io.bandpass.report;

import io.bandpass.config.TaskConfig;
import io.bandpass.eval.RadialSpectrum;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a report tells.
 *
 * @param title name of the recipe or run
 * @param task what was trained
 * @param summary how the run ended
 * @param metrics of the whole run
 * @param samples pictures, the oldest first
 * @param radial reconstruction error per radius
 * @param taskDescription the task with its settings, in words
 * @param facts what was printed at the start
 * @param configuration YAML
 * @param badImages name to reason
 * @param nextCommands to copy
 */
public record ReportData(
        String title,
        TaskConfig task,
        RunSummary summary,
        MetricsFile.Content metrics,
        List<Path> samples,
        RadialSpectrum radial,
        String taskDescription,
        Map<String, String> facts,
        String configuration,
        Map<String, String> badImages,
        List<String> nextCommands) {}

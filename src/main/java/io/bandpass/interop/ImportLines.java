package io.bandpass.interop;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.EncoderConfig;
import io.bandpass.format.WeightsLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The lines that tell what was imported. */
final class ImportLines {
    private ImportLines() {}

    /**
     * Returns lines to which more can be added.
     *
     * @param leftOut names in the file, with the reason
     */
    static List<String> of(
            CheckpointWeights checkpoint,
            EncoderConfig encoder,
            List<String> notices,
            WeightsLoader.Report report,
            Map<String, String> leftOut) {
        List<String> lines = new ArrayList<>();
        lines.add("encoder: " + ConfigBuilder.toYaml((Record) encoder).strip().replace("\n", ", "));
        lines.addAll(notices);
        lines.addAll(report.lines());
        if (!report.missing().isEmpty()) {
            lines.add("what is missing has its starting values");
        }
        Map<String, TreeSet<String>> reasons = new TreeMap<>();
        leftOut.forEach((name, reason) ->
                reasons.computeIfAbsent(reason, key -> new TreeSet<>()).add(name));
        reasons.forEach((reason, names) -> lines.add("  left out, " + reason + ": " + names.size()
                + (names.size() == 1 ? " tensor, " : " tensors, first ") + WeightsLoader.shown(names.first())));
        if (!checkpoint.foundUnder().isEmpty()) {
            lines.add("  found under the key " + checkpoint.foundUnder());
        }
        return lines;
    }
}

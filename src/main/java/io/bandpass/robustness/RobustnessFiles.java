package io.bandpass.robustness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.data.DataException;
import io.bandpass.format.AtomicFiles;
import io.bandpass.report.RobustnessReport;
import io.bandpass.report.ShownPart;
import io.bandpass.robust.CorruptionErrors;
import io.bandpass.robust.Measurement;
import io.bandpass.robust.MeasurementJson;
import io.bandpass.robust.RobustnessSummary;
import io.bandpass.robust.RobustnessTable;
import io.bandpass.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Writes results.json, results.csv and results.md, and reads the first. */
final class RobustnessFiles {
    private static final String RESULTS = "results";

    private RobustnessFiles() {}

    /**
     * Writes the files.
     *
     * @param facts images, seed and protocol, as they stand in every file
     * @param shown examples for the page
     */
    static void write(Path folder, Map<String, String> facts, List<Measurement> measurements, List<ShownPart> shown)
            throws IOException {
        List<RobustnessSummary> rows = RobustnessSummary.of(measurements);
        AtomicFiles.writeText(folder.resolve("results.json"), json(facts, measurements, rows));
        AtomicFiles.writeText(folder.resolve("results.csv"), csv(measurements));
        AtomicFiles.writeText(folder.resolve("results.md"), markdown(facts, rows));
        RobustnessReport page = new RobustnessReport(facts, measurements, rows, shown);
        AtomicFiles.write(folder.resolve("report.html"), page::write);
    }

    private static String json(Map<String, String> facts, List<Measurement> measurements, List<RobustnessSummary> rows)
            throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        facts.forEach(json::put);
        ArrayNode summary = json.putArray("summary");
        rows.forEach(row -> summary.add(json(row)));
        ArrayNode results = json.putArray(RESULTS);
        measurements.forEach(one -> results.add(MeasurementJson.of(one)));
        return Json.pretty(json);
    }

    /**
     * Reads the measurements of a folder.
     *
     * @throws DataException if its results.json is damaged
     */
    static List<Measurement> read(Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        List<Measurement> measurements = new ArrayList<>();
        try {
            Json.mapper()
                    .readTree(Files.readAllBytes(file))
                    .path(RESULTS)
                    .forEach(node -> measurements.add(MeasurementJson.read(node)));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new DataException(file + " is damaged; remove it, and measure again");
        }
        return measurements;
    }

    private static ObjectNode json(RobustnessSummary row) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("model", row.model());
        row.clean().ifPresent(value -> json.put("clean", value));
        row.scores().ifPresent(scores -> json.put("ECE", scores.calibrationError()));
        if (!row.calibrationErrors().isEmpty()) {
            ObjectNode errors = json.putObject("ECE_by_severity");
            row.calibrationErrors().forEach((severity, error) -> errors.put(Integer.toString(severity), error));
        }
        put(json, "_in_memory", row.corruptions(), row.clean());
        put(json, "", row.stored(), row.clean());
        if (!row.sets().isEmpty()) {
            ObjectNode sets = json.putObject("sets");
            row.sets().forEach((set, accuracy) -> {
                ObjectNode one = sets.putObject(set).put("accuracy", accuracy);
                row.gap(set).ifPresent(gap -> one.put("gap", gap));
            });
        }
        return json;
    }

    private static void put(ObjectNode json, String suffix, CorruptionErrors errors, OptionalDouble clean) {
        errors.meanError().ifPresent(value -> json.put("mean_error" + suffix, value));
        errors.meanOfMeasured().ifPresent(value -> json.put("mean_error_of_measured" + suffix, value));
        errors.meanErrorWithoutFrost().ifPresent(value -> json.put("mean_error_without_frost" + suffix, value));
        errors.meanCorruptionError().ifPresent(value -> json.put("mCE" + suffix, value));
        errors.meanCorruptionErrorWithoutFrost().ifPresent(value -> json.put("mCE_without_frost" + suffix, value));
        clean.ifPresent(accuracy -> errors.relativeMeanCorruptionError(1 - accuracy)
                .ifPresent(value -> json.put("relative_mCE" + suffix, value)));
    }

    private static String csv(List<Measurement> measurements) {
        Set<String> columns = new LinkedHashSet<>();
        List<ObjectNode> rows = measurements.stream().map(MeasurementJson::of).toList();
        rows.forEach(row -> row.remove("energy"));
        rows.forEach(row -> row.fieldNames().forEachRemaining(columns::add));
        StringBuilder text = new StringBuilder(String.join(",", columns)).append('\n');
        for (ObjectNode row : rows) {
            List<String> cells = new ArrayList<>();
            columns.forEach(column -> cells.add(cell(row.path(column).asText())));
            text.append(String.join(",", cells)).append('\n');
        }
        return text.toString();
    }

    private static String cell(String text) {
        return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String markdown(Map<String, String> facts, List<RobustnessSummary> rows) {
        StringBuilder text = new StringBuilder("# Robustness\n\n");
        facts.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("\nTop-1 accuracy, and errors where a column says so, in per cent.\n\n");
        RobustnessTable table = RobustnessTable.of(rows);
        line(text, table.heads());
        line(text, table.heads().stream().map(head -> "---").toList());
        table.rows().forEach(row -> line(text, row));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}

package io.bandpass.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.compare.ComparisonTable.Measured;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import io.bandpass.robust.MeasurementJson;
import io.bandpass.text.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Accuracy on images that were changed in one way, over the seeds of an encoder and task: an entry of robustness.json and
 * a row of robustness.csv.
 *
 * @param accuracy top-1, as fractions
 */
record RobustnessSpread(String encoder, String task, Condition condition, Spread accuracy) {
    private record Key(String encoder, String task, Condition condition) {}

    /** Returns the spreads, by encoder and task, then in the order of the measurements. */
    static List<RobustnessSpread> of(List<Measured> cells) {
        Map<Key, List<Double>> accuracies = new LinkedHashMap<>();
        for (Measured cell : cells) {
            for (Measurement one : cell.measurements()) {
                accuracies
                        .computeIfAbsent(
                                new Key(cell.encoder(), cell.task(), one.condition()), key -> new ArrayList<>())
                        .add(one.accuracy());
            }
        }
        return accuracies.entrySet().stream()
                .map(entry -> new RobustnessSpread(
                        entry.getKey().encoder(),
                        entry.getKey().task(),
                        entry.getKey().condition(),
                        Spread.of(entry.getValue())))
                .toList();
    }

    private ObjectNode json() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("encoder", encoder).put("task", task);
        MeasurementJson.put(json, condition);
        json.put("accuracy_mean", accuracy.mean());
        if (accuracy.count() > 1) {
            json.put("accuracy_sd", accuracy.deviation());
        }
        return json.put("n", accuracy.count());
    }

    /** Returns a JSON array; what does not apply to an entry is left out. */
    static String json(List<RobustnessSpread> spreads) throws IOException {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        spreads.forEach(spread -> json.add(spread.json()));
        return Json.pretty(json);
    }

    /** Returns the same as CSV; what does not apply to a row is empty. */
    static String csv(List<RobustnessSpread> spreads) {
        List<ObjectNode> rows = spreads.stream().map(RobustnessSpread::json).toList();
        Set<String> names = new LinkedHashSet<>();
        rows.forEach(row -> row.fieldNames().forEachRemaining(names::add));
        List<List<String>> lines = new ArrayList<>(List.of(List.copyOf(names)));
        rows.forEach(row ->
                lines.add(names.stream().map(name -> row.path(name).asText()).toList()));
        return ComparisonFiles.csv(lines);
    }
}

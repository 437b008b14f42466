package io.bandpass.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** summary.json: how a run ended, in names that scripts can rely on. */
public final class SummaryFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> OTHERS =
            Set.of("outcome", "steps", "epochs", "final_loss", "skipped_steps", "bad_images", "seconds");

    private SummaryFile() {}

    /** The text of the file; what was not measured is left out. */
    public static String toJson(RunSummary summary) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("outcome", summary.outcome());
        json.put("steps", summary.steps());
        json.put("epochs", summary.epochs());
        json.put("final_loss", summary.finalLoss());
        summary.scores().forEach(json::put);
        json.put("skipped_steps", summary.skippedSteps());
        json.put("bad_images", summary.badImages());
        json.put("seconds", summary.seconds());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }

    /** Reads the file. */
    public static RunSummary read(Path file) throws IOException {
        JsonNode json = JSON.readTree(file.toFile());
        return new RunSummary(
                json.path("outcome").asText(),
                json.path("steps").asLong(),
                json.path("epochs").asDouble(),
                json.path("final_loss").asDouble(),
                scores(json),
                json.path("skipped_steps").asLong(),
                json.path("bad_images").asLong(),
                json.path("seconds").asDouble());
    }

    private static Map<String, Double> scores(JsonNode json) {
        Map<String, Double> scores = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (!OTHERS.contains(entry.getKey())) {
                scores.put(entry.getKey(), entry.getValue().asDouble());
            }
        }
        return scores;
    }
}

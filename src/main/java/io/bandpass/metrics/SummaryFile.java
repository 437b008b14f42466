package io.bandpass.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** summary.json: how a run ended, in names that scripts can rely on. */
public final class SummaryFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SummaryFile() {}

    /** The text of the file; what was not measured is left out. */
    public static String toJson(RunSummary summary) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("outcome", summary.outcome());
        json.put("steps", summary.steps());
        json.put("epochs", summary.epochs());
        json.put("final_loss", summary.finalLoss());
        summary.knnTop1().ifPresent(value -> json.put("knn_top1", value));
        summary.knnTop1Best().ifPresent(value -> json.put("knn_top1_best", value));
        summary.knnTop1Pixels().ifPresent(value -> json.put("knn_top1_pixels", value));
        summary.knnTop1Untrained().ifPresent(value -> json.put("knn_top1_untrained", value));
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
                optional(json, "knn_top1"),
                optional(json, "knn_top1_best"),
                optional(json, "knn_top1_pixels"),
                optional(json, "knn_top1_untrained"),
                json.path("skipped_steps").asLong(),
                json.path("bad_images").asLong(),
                json.path("seconds").asDouble());
    }

    private static OptionalDouble optional(JsonNode json, String key) {
        return json.has(key) ? OptionalDouble.of(json.path(key).asDouble()) : OptionalDouble.empty();
    }
}

package io.bandpass;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.checkpoint.AtomicFiles;
import io.bandpass.config.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * result.json: what is known of a cell so far.
 *
 * @param complete whether nothing is left to do
 * @param scores by the names below; what was not measured is not there
 * @param computed device, precision and threads of each stage, by its folder
 * @param failure why it cannot be finished, if so
 */
record ComparisonResult(
        boolean complete, Map<String, Double> scores, Map<String, String> computed, Optional<String> failure) {
    /** Fraction right after fine-tuning with all labels. */
    static final String TOP1_ALL = "top1_all";
    /** The same with few labels. */
    static final String TOP1_FEW = "top1_few";
    /** Median of the logged rates of pre-training. */
    static final String IMAGES_PER_SECOND = "images_per_second";
    /** Largest resident memory of the process in pre-training, in bytes. */
    static final String RESIDENT_BYTES = "resident_bytes";

    private static final String FILE = "result.json";
    private static final ObjectMapper JSON = Json.mapper();

    ComparisonResult {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        computed = Collections.unmodifiableMap(new LinkedHashMap<>(computed));
    }

    /** That of a cell's folder; an empty one where there is none yet. */
    static ComparisonResult read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return new ComparisonResult(false, Map.of(), Map.of(), Optional.empty());
        }
        JsonNode json = JSON.readTree(file.toFile());
        Map<String, Double> scores = new LinkedHashMap<>();
        json.path("scores")
                .properties()
                .forEach(entry -> Json.finite(entry.getValue()).ifPresent(value -> scores.put(entry.getKey(), value)));
        Map<String, String> computed = new LinkedHashMap<>();
        json.path("computed")
                .properties()
                .forEach(entry -> computed.put(entry.getKey(), entry.getValue().asText()));
        return new ComparisonResult(
                json.path("complete").asBoolean(),
                scores,
                computed,
                json.has("failure") ? Optional.of(json.path("failure").asText()) : Optional.empty());
    }

    /** Writes it, whole or not at all. */
    void write(Path folder) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("complete", complete);
        ObjectNode measured = json.putObject("scores");
        scores.forEach(measured::put);
        ObjectNode conditions = json.putObject("computed");
        computed.forEach(conditions::put);
        failure.ifPresent(reason -> json.put("failure", reason));
        AtomicFiles.writeText(folder.resolve(FILE), Json.pretty(json));
    }
}

package io.bandpass.robustness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.format.AtomicFiles;
import io.bandpass.report.RobustnessExample;
import io.bandpass.robust.Measurement;
import io.bandpass.robust.MeasurementJson;
import io.bandpass.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finished parts in a folder: each in a file of its own, so that nothing is measured twice. */
final class PartStore {
    private static final ObjectMapper JSON = Json.mapper();
    private static final String KEY = "key";
    private static final String MEASUREMENTS = "measurements";
    private static final String EXAMPLES = "examples";

    private final Path folder;

    PartStore(Path folder) {
        this.folder = folder;
    }

    /**
     * Returns what was measured before.
     *
     * @param key of model, images and settings
     * @return empty if there is no such part, it has another key, or its file is damaged
     */
    Optional<PartResult> find(String model, String part, String key) throws IOException {
        Path file = file(model, part);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (!json.path(KEY).asText().equals(key) || !json.has(EXAMPLES)) {
                return Optional.empty();
            }
            List<Measurement> measured = new ArrayList<>();
            json.path(MEASUREMENTS).forEach(node -> measured.add(MeasurementJson.read(node)));
            List<RobustnessExample> examples = new ArrayList<>();
            json.path(EXAMPLES).forEach(node -> examples.add(ExampleJson.read(node)));
            return Optional.of(new PartResult(measured, examples));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Keeps a finished part. */
    void keep(String model, String part, String key, PartResult result) throws IOException {
        ObjectNode json = JSON.createObjectNode().put(KEY, key);
        ArrayNode entries = json.putArray(MEASUREMENTS);
        result.measurements().forEach(measurement -> entries.add(MeasurementJson.of(measurement)));
        ArrayNode examples = json.putArray(EXAMPLES);
        result.examples().forEach(example -> examples.add(ExampleJson.of(example)));
        Path file = file(model, part);
        Files.createDirectories(file.getParent());
        AtomicFiles.writeText(file, Json.pretty(json));
    }

    private Path file(String model, String part) {
        return folder.resolve(fileName(model)).resolve(fileName(part) + ".json");
    }

    /** A model or part as the name of a file or folder. */
    static String fileName(String text) {
        // frost* is another corruption than frost.
        return text.replace("*", "-procedural").replaceAll("[^A-Za-z0-9._-]+", "-");
    }
}

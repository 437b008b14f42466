package io.bandpass.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** metrics.jsonl: one JSON object a line, for each logged step and each look at the scores. */
public final class MetricsFile implements TrainingListener, AutoCloseable {
    /** What a file holds. */
    public record Content(List<StepMetrics> steps, List<ScoreMetrics> scores) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Writer writer;

    /**
     * Opens a file, keeping its lines up to a step.
     *
     * @param lastStep lines of later steps are cut, as is a line that a killed process left half written
     */
    public MetricsFile(Path file, long lastStep) throws IOException {
        if (Files.exists(file)) {
            Path aside = file.resolveSibling(".writing-" + file.getFileName());
            Files.write(aside, kept(file, lastStep));
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<String> kept(Path file, long lastStep) throws IOException {
        List<String> kept = new ArrayList<>();
        // A disk that lost its power may hold bytes that are no text; they are cut like any half line.
        for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            try {
                if (JSON.readTree(line).path("step").asLong(Long.MAX_VALUE) <= lastStep) {
                    kept.add(line);
                }
            } catch (JsonProcessingException e) {
                // Only the last line can be cut short; everything from here on is past the checkpoint.
                break;
            }
        }
        return kept;
    }

    /** Reads a whole file. */
    public static Content read(Path file) throws IOException {
        List<StepMetrics> steps = new ArrayList<>();
        List<ScoreMetrics> scores = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode row = JSON.readTree(line);
            if (!row.has("loss")) {
                scores.add(scores(row));
            } else {
                steps.add(new StepMetrics(
                        row.path("step").asLong(),
                        row.path("epoch").asDouble(),
                        row.path("loss").asDouble(),
                        row.path("lr").asDouble(),
                        row.path("grad_norm").asDouble(),
                        row.path("images_per_second").asDouble(),
                        row.path("data_wait").asDouble()));
            }
        }
        return new Content(steps, scores);
    }

    private static ScoreMetrics scores(JsonNode row) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : row.properties()) {
            if (!entry.getKey().equals("step") && !entry.getKey().equals("epoch")) {
                values.put(entry.getKey(), entry.getValue().asDouble());
            }
        }
        return new ScoreMetrics(row.path("step").asLong(), row.path("epoch").asDouble(), values);
    }

    @Override
    public void onStep(StepMetrics metrics) {
        ObjectNode row = JSON.createObjectNode();
        row.put("step", metrics.step());
        row.put("epoch", metrics.epoch());
        row.put("loss", metrics.loss());
        row.put("lr", metrics.learningRate());
        row.put("grad_norm", metrics.gradientNorm());
        row.put("images_per_second", metrics.imagesPerSecond());
        row.put("data_wait", metrics.dataWait());
        write(row);
    }

    @Override
    public void onScores(ScoreMetrics metrics) {
        ObjectNode row = JSON.createObjectNode();
        row.put("step", metrics.step());
        row.put("epoch", metrics.epoch());
        metrics.values().forEach(row::put);
        write(row);
    }

    private void write(ObjectNode row) {
        try {
            writer.write(JSON.writeValueAsString(row) + "\n");
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("metrics.jsonl cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}

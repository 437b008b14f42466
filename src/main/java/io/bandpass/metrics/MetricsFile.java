package io.bandpass.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.format.AtomicFiles;
import io.bandpass.text.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** metrics.jsonl: one JSON object per line, for each logged step and each evaluation. */
public final class MetricsFile implements TrainingListener, AutoCloseable {
    /** Content of a file. */
    public record Content(List<StepMetrics> steps, List<ScoreMetrics> scores) {}

    private static final ObjectMapper JSON = Json.mapper();

    private final Writer writer;

    /**
     * Opens a file and keeps its lines up to a step.
     *
     * @param lastStep last step to keep; later lines are removed, as is one that a killed process left incomplete
     */
    public MetricsFile(Path file, long lastStep) throws IOException {
        if (Files.exists(file)) {
            List<String> kept = kept(file, lastStep);
            // Written as durably as the checkpoint to resume from; otherwise all lines so far could be lost.
            AtomicFiles.write(file, staging -> Files.write(staging, kept));
        }
        writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<String> kept(Path file, long lastStep) throws IOException {
        List<String> kept = new ArrayList<>();
        // After a power failure the file may hold bytes that are not text; they are cut like an incomplete line.
        for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            try {
                if (JSON.readTree(line).path("step").asLong(Long.MAX_VALUE) <= lastStep) {
                    kept.add(line);
                }
            } catch (JsonProcessingException e) {
                // Only the last line can be incomplete; everything from here on is past the checkpoint.
                break;
            }
        }
        return kept;
    }

    /**
     * Reads a whole file. Non-finite numbers are returned as NaN, non-finite scores are omitted.
     *
     * @throws RunFolderException if a line is not JSON
     */
    public static Content read(Path file) throws IOException {
        List<StepMetrics> steps = new ArrayList<>();
        List<ScoreMetrics> scores = new ArrayList<>();
        int number = 0;
        for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            number++;
            try {
                JsonNode row = JSON.readTree(line);
                if (!row.has("loss")) {
                    scores.add(scores(row));
                } else {
                    steps.add(step(row));
                }
            } catch (JsonProcessingException e) {
                throw new RunFolderException(
                        file + " is damaged: line " + number + " is no JSON; remove that line to go on without it");
            }
        }
        return new Content(steps, scores);
    }

    private static StepMetrics step(JsonNode row) {
        return new StepMetrics(
                row.path("step").asLong(),
                number(row, "epoch"),
                number(row, "loss"),
                number(row, "lr"),
                number(row, "grad_norm"),
                number(row, "images_per_second"),
                number(row, "data_wait"));
    }

    private static double number(JsonNode row, String name) {
        return Json.finite(row.path(name)).orElse(Double.NaN);
    }

    private static ScoreMetrics scores(JsonNode row) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : row.properties()) {
            if (!entry.getKey().equals("step") && !entry.getKey().equals("epoch")) {
                Json.finite(entry.getValue()).ifPresent(value -> values.put(entry.getKey(), value));
            }
        }
        return new ScoreMetrics(row.path("step").asLong(), number(row, "epoch"), values);
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

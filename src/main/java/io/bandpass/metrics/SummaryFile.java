package io.bandpass.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.text.Json;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reader and writer of summary.json: the summary of a run, with stable names for scripts. */
public final class SummaryFile {
    private static final ObjectMapper JSON = Json.mapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final String OUTCOME = "outcome";
    private static final String FINAL_LOSS = "final_loss";
    /** Numbers that every summary has. */
    private static final List<String> NUMBERS = List.of("steps", "epochs", "skipped_steps", "bad_images", "seconds");

    private static final Set<String> OTHERS =
            Set.of(OUTCOME, "steps", "epochs", FINAL_LOSS, "skipped_steps", "bad_images", "seconds");

    private SummaryFile() {}

    /** Returns the text of the file; unmeasured scores are omitted, non-finite numbers are null. */
    public static String toJson(RunSummary summary) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put(OUTCOME, summary.outcome());
        json.put("steps", summary.steps());
        json.put("epochs", summary.epochs());
        json.put(FINAL_LOSS, summary.finalLoss());
        summary.scores().forEach(json::put);
        json.put("skipped_steps", summary.skippedSteps());
        json.put("bad_images", summary.badImages());
        json.put("seconds", summary.seconds());
        return Json.pretty(json);
    }

    /**
     * Reads the file.
     *
     * @throws RunFolderException if it is missing or damaged
     */
    public static RunSummary read(Path file) throws IOException {
        JsonNode json = tree(file);
        return new RunSummary(
                json.path(OUTCOME).asText(),
                json.path("steps").asLong(),
                json.path("epochs").asDouble(),
                Json.finite(json.path(FINAL_LOSS)).orElse(Double.NaN),
                scores(json),
                json.path("skipped_steps").asLong(),
                json.path("bad_images").asLong(),
                json.path("seconds").asDouble());
    }

    private static JsonNode tree(Path file) throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json.path(OUTCOME).isTextual()
                    && NUMBERS.stream().allMatch(name -> json.path(name).isNumber())) {
                return json;
            }
            throw unusable(file, json.isMissingNode() ? "is empty" : "is damaged: it is no summary of a run");
        } catch (JsonProcessingException | CharConversionException e) {
            throw unusable(file, "is damaged: it is no JSON");
        } catch (NoSuchFileException e) {
            throw unusable(file, "is not there");
        }
    }

    private static RunFolderException unusable(Path file, String what) {
        return new RunFolderException(
                file + " " + what + "; remove DONE beside it and resume the run, which writes it again");
    }

    private static Map<String, Double> scores(JsonNode json) {
        Map<String, Double> scores = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (!OTHERS.contains(entry.getKey())) {
                Json.finite(entry.getValue()).ifPresent(value -> scores.put(entry.getKey(), value));
            }
        }
        return scores;
    }
}

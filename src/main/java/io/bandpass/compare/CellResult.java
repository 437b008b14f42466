package io.bandpass.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.format.AtomicFiles;
import io.bandpass.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Results of a cell so far, as stored in result.json.
 *
 * @param ended whether nothing is left to run: each stage is done, has diverged, or depends on one that has
 * @param scores by the names below; absent if not measured
 * @param computed device, precision and threads of each stage, by its folder
 * @param diverged reason why a stage has no score, by its folder, in the order of the stages; {@link #PROBE} for the
 *     probe after pre-training
 */
record CellResult(
        boolean ended, Map<String, Double> scores, Map<String, String> computed, Map<String, String> diverged) {
    /** Top-1 accuracy after fine-tuning with all labels, as a fraction. */
    static final String TOP1_ALL = "top1_all";
    /** Top-1 accuracy after fine-tuning with few labels, as a fraction. */
    static final String TOP1_FEW = "top1_few";
    /** Mean IoU of the segmentation model that was trained with all masks, as a fraction. */
    static final String MIOU_ALL = "miou_all";
    /** Mean IoU of the segmentation model that was trained with few masks, as a fraction. */
    static final String MIOU_FEW = "miou_few";
    /** Median of the logged throughput of pre-training. */
    static final String IMAGES_PER_SECOND = "images_per_second";
    /** Largest resident memory of the process in pre-training, in bytes. */
    static final String RESIDENT_BYTES = "resident_bytes";

    /** Key in place of a stage: the linear probe after pre-training, whose weights are kept even if it diverged. */
    static final String PROBE = "probe";

    private static final String FILE = "result.json";
    private static final ObjectMapper JSON = Json.mapper();

    CellResult {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        computed = Collections.unmodifiableMap(new LinkedHashMap<>(computed));
        diverged = Collections.unmodifiableMap(new LinkedHashMap<>(diverged));
    }

    /** Whether every stage has ended with its scores. */
    boolean complete() {
        return ended && diverged.isEmpty();
    }

    /** Returns the folder of a stage that diverged, or of the stage whose probe did. */
    static String folderOf(String stage) {
        return stage.equals(PROBE) ? CellRunner.PRETRAIN : stage;
    }

    /**
     * Whether nothing is left to run. The same settings would diverge again, so a stage that has diverged is not
     * retried until its folder is removed.
     *
     * @param folder of the cell
     */
    boolean isSettled(Path folder) {
        return ended
                && diverged.keySet().stream().allMatch(stage -> Files.isDirectory(folder.resolve(folderOf(stage))));
    }

    /** Reads the result in a cell's folder; empty if there is none yet. */
    static CellResult read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return new CellResult(false, Map.of(), Map.of(), Map.of());
        }
        JsonNode json = JSON.readTree(file.toFile());
        Map<String, Double> scores = new LinkedHashMap<>();
        json.path("scores")
                .properties()
                .forEach(entry -> Json.finite(entry.getValue()).ifPresent(value -> scores.put(entry.getKey(), value)));
        // Older versions skipped the stages after a diverged one and called the cell complete, with a "failure".
        boolean complete = json.path("complete").asBoolean() && !json.has("failure");
        return new CellResult(
                json.path("ended").asBoolean(complete), scores, texts(json, "computed"), texts(json, "diverged"));
    }

    private static Map<String, String> texts(JsonNode json, String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.path(key)
                .properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    /** Writes the result, completely or not at all. */
    void write(Path folder) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("complete", complete());
        json.put("ended", ended);
        ObjectNode measured = json.putObject("scores");
        scores.forEach(measured::put);
        ObjectNode conditions = json.putObject("computed");
        computed.forEach(conditions::put);
        if (!diverged.isEmpty()) {
            ObjectNode reasons = json.putObject("diverged");
            diverged.forEach(reasons::put);
        }
        AtomicFiles.writeText(folder.resolve(FILE), Json.pretty(json));
    }
}

package io.bandpass.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.metrics.SegmentationResult.ClassResult;
import io.bandpass.metrics.SegmentationResult.Confusion;
import io.bandpass.text.Json;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Reader and writer of scores.json of a segmentation model, with stable names for scripts. */
public final class SegmentationResultFile {
    private static final ObjectMapper JSON = Json.mapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final String MEAN_IOU = "mIoU";
    private static final String MEAN_ACCURACY = "mAcc";
    private static final String PIXEL_ACCURACY = "aAcc";
    private static final String FREQUENCY_WEIGHTED_IOU = "fwIoU";
    private static final String MEAN_DICE = "mDice";
    private static final String CLASSES = "classes";
    private static final String IMAGES = "images";
    private static final String IGNORED = "ignored";
    private static final String IGNORED_BETWEEN_CLASSES = "ignored_between_classes";
    private static final String CONFUSIONS = "confusions";

    private SegmentationResultFile() {}

    /** Returns the text of the file; a score that does not exist is null. */
    public static String toJson(SegmentationResult result) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        put(json, MEAN_IOU, result.meanIou());
        put(json, MEAN_ACCURACY, result.meanAccuracy());
        put(json, PIXEL_ACCURACY, result.pixelAccuracy());
        put(json, FREQUENCY_WEIGHTED_IOU, result.frequencyWeightedIou());
        put(json, MEAN_DICE, result.meanDice());
        ArrayNode classes = json.putArray(CLASSES);
        for (ClassResult ofClass : result.classes()) {
            ObjectNode node = classes.addObject();
            node.put("name", ofClass.name());
            put(node, "iou", ofClass.iou());
            put(node, "accuracy", ofClass.accuracy());
            put(node, "dice", ofClass.dice());
            node.put("pixels", ofClass.pixels());
        }
        json.put(IMAGES, result.images());
        json.put(IGNORED, result.ignored());
        json.put(IGNORED_BETWEEN_CLASSES, result.ignoredBetweenClasses());
        ArrayNode confusions = json.putArray(CONFUSIONS);
        for (Confusion confusion : result.confusions()) {
            confusions
                    .addObject()
                    .put("name", confusion.name())
                    .put("predicted", confusion.predicted())
                    .put("pixels", confusion.pixels())
                    .put("share", confusion.share());
        }
        return Json.pretty(json);
    }

    private static void put(ObjectNode json, String name, OptionalDouble score) {
        json.put(name, score.orElse(Double.NaN)); // JSON has no NaN: the mapper writes null
    }

    /**
     * Reads the file.
     *
     * @throws RunFolderException if it is missing or damaged
     */
    public static SegmentationResult read(Path file) throws IOException {
        JsonNode json = tree(file);
        List<ClassResult> classes = new ArrayList<>();
        for (JsonNode node : json.path(CLASSES)) {
            classes.add(new ClassResult(
                    node.path("name").asText(),
                    Json.finite(node.path("iou")),
                    Json.finite(node.path("accuracy")),
                    Json.finite(node.path("dice")),
                    node.path("pixels").asLong()));
        }
        List<Confusion> confusions = new ArrayList<>();
        for (JsonNode node : json.path(CONFUSIONS)) {
            confusions.add(new Confusion(
                    node.path("name").asText(),
                    node.path("predicted").asText(),
                    node.path("pixels").asLong(),
                    node.path("share").asDouble()));
        }
        return new SegmentationResult(
                Json.finite(json.path(MEAN_IOU)),
                Json.finite(json.path(MEAN_ACCURACY)),
                Json.finite(json.path(PIXEL_ACCURACY)),
                Json.finite(json.path(FREQUENCY_WEIGHTED_IOU)),
                Json.finite(json.path(MEAN_DICE)),
                classes,
                json.path(IMAGES).asLong(),
                json.path(IGNORED).asLong(),
                json.path(IGNORED_BETWEEN_CLASSES).asLong(),
                confusions);
    }

    private static JsonNode tree(Path file) throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json.has(MEAN_IOU)
                    && json.path(CLASSES).isArray()
                    && json.path(IMAGES).isNumber()
                    && json.path(IGNORED).isNumber()) {
                return json;
            }
            throw unusable(file, json.isMissingNode() ? "is empty" : "holds no scores of a segmentation model");
        } catch (JsonProcessingException | CharConversionException e) {
            throw unusable(file, "is damaged: it is no JSON");
        } catch (NoSuchFileException e) {
            throw unusable(file, "is not there");
        }
    }

    private static RunFolderException unusable(Path file, String what) {
        return new RunFolderException(file + " " + what + "; evaluate the model again, which writes it");
    }
}

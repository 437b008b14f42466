package io.bandpass.metrics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.text.Json;
import java.io.IOException;
import java.util.OptionalDouble;

/** Writer of scores.json: the scores of a classifier per class, with stable names for scripts. */
public final class ScoresFile {
    private ScoresFile() {}

    /** Returns the text of the file; the accuracy of a class without images is null. */
    public static String toJson(ClassScores scores) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("step", scores.step());
        ArrayNode classes = json.putArray("classes");
        ArrayNode images = json.putArray("images");
        ArrayNode accuracies = json.putArray("accuracy");
        ArrayNode confusion = json.putArray("confusion");
        for (int c = 0; c < scores.classes().size(); c++) {
            classes.add(scores.classes().get(c));
            images.add(scores.images(c));
            OptionalDouble accuracy = scores.accuracies().get(c);
            accuracies.add(accuracy.isPresent() ? JsonNodeFactory.instance.numberNode(accuracy.getAsDouble()) : null);
            ArrayNode row = confusion.addArray();
            for (long count : scores.confusion()[c]) {
                row.add(count);
            }
        }
        return Json.pretty(json);
    }
}

package io.bandpass.robustness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.report.RobustnessExample;
import java.util.Optional;

/** Examples as JSON, beside the measurements of their part. */
final class ExampleJson {
    private ExampleJson() {}

    static ObjectNode of(RobustnessExample example) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("image", example.image())
                .put("label", example.label())
                .put("predicted", example.predicted())
                .put("probability", example.probability())
                .put("side", example.side())
                .put("picture", example.picture());
        example.perturbation()
                .ifPresent(change -> json.putObject("perturbation")
                        .put("factor", change.factor())
                        .put("picture", change.picture()));
        return json;
    }

    /**
     * Reads an example.
     *
     * @throws IllegalArgumentException if something is missing
     */
    static RobustnessExample read(JsonNode json) {
        JsonNode change = json.path("perturbation");
        return new RobustnessExample(
                json.required("image").asText(),
                json.required("label").asText(),
                json.required("predicted").asText(),
                json.required("probability").asDouble(),
                json.required("side").asInt(),
                json.required("picture").asText(),
                change.isObject()
                        ? Optional.of(new RobustnessExample.Perturbation(
                                change.required("factor").asDouble(),
                                change.required("picture").asText()))
                        : Optional.empty());
    }
}

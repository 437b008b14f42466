package io.bandpass.robust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Measurements as JSON, with stable names for scripts; what does not apply is left out. */
public final class MeasurementJson {
    private static final String CROSS_ENTROPY = "cross_entropy";

    private MeasurementJson() {}

    /** Returns a measurement as an object. */
    public static ObjectNode of(Measurement measurement) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model", measurement.model());
        put(json, measurement.condition());
        json.put("images", measurement.images());
        json.put("correct", measurement.correct());
        json.put("accuracy", measurement.accuracy());
        measurement.scores().ifPresent(scores -> put(json, scores));
        json.put("stored", measurement.stored());
        if (!measurement.energy().isEmpty()) {
            measurement.energy().forEach(json.putArray("energy")::add);
        }
        return json;
    }

    private static void put(ObjectNode json, ProbabilityScores scores) {
        json.put(CROSS_ENTROPY, scores.crossEntropy());
        json.put("brier", scores.brier());
        json.put("calibration_error", scores.calibrationError());
        json.put("calibration_error_rms", scores.rootMeanSquare());
        json.put("calibration_error_max", scores.largest());
        json.put("calibration_error_equal_count", scores.equalCount());
        json.put("aurra", scores.aurra());
    }

    private static Optional<ProbabilityScores> scores(JsonNode json) {
        return json.has(CROSS_ENTROPY)
                ? Optional.of(new ProbabilityScores(
                        json.path(CROSS_ENTROPY).asDouble(),
                        json.path("brier").asDouble(),
                        json.path("calibration_error").asDouble(),
                        json.path("calibration_error_rms").asDouble(),
                        json.path("calibration_error_max").asDouble(),
                        json.path("calibration_error_equal_count").asDouble(),
                        json.path("aurra").asDouble()))
                : Optional.empty();
    }

    /** Adds what was done to the images. */
    public static void put(ObjectNode json, Condition condition) {
        if (condition instanceof Condition.Clean) {
            json.put("part", "clean");
        } else if (condition instanceof Condition.Attack attack) {
            json.put("part", "attack").put("name", attack.name());
            json.put("norm", attack.norm()).put("eps", attack.eps());
            attack.steps().ifPresent(steps -> json.put("steps", steps));
            attack.stepSize().ifPresent(size -> json.put("step_size", size));
            json.put("random_start", attack.randomStart());
        } else if (condition instanceof Condition.Corruption corruption) {
            json.put("part", "corruption").put("name", corruption.name()).put("severity", corruption.severity());
            json.put("benchmark", corruption.benchmark());
        } else if (condition instanceof Condition.LowPass band) {
            json.put("part", "low-pass").put("radius", band.radius());
        } else if (condition instanceof Condition.HighPass band) {
            json.put("part", "high-pass").put("radius", band.radius());
        } else if (condition instanceof Condition.BandNoise noise) {
            json.put("part", "band-noise").put("radius", noise.radius()).put("norm", noise.norm());
        } else if (condition instanceof Condition.Frequency frequency) {
            json.put("part", "fourier").put("u", frequency.u()).put("v", frequency.v());
            json.put("norm", frequency.norm());
        } else if (condition instanceof Condition.OtherSet set) {
            json.put("part", "set").put("name", set.name());
        } else if (condition instanceof Condition.SameClasses same) {
            json.put("part", "same-classes").put("name", same.set());
        }
    }

    /**
     * Reads a measurement.
     *
     * @throws IllegalArgumentException if it is none, with the reason
     */
    public static Measurement read(JsonNode json) {
        List<Double> energy = new ArrayList<>();
        json.path("energy").forEach(value -> energy.add(value.asDouble()));
        return new Measurement(
                json.path("model").asText(),
                condition(json),
                count(json, "images"),
                count(json, "correct"),
                scores(json),
                json.path("stored").asBoolean(),
                energy);
    }

    private static long count(JsonNode json, String key) {
        if (!json.path(key).isIntegralNumber()) {
            throw new IllegalArgumentException("`" + key + "` is no whole number");
        }
        return json.path(key).asLong();
    }

    private static Condition condition(JsonNode json) {
        String name = json.path("name").asText();
        double radius = json.path("radius").asDouble();
        String part = json.path("part").asText();
        return switch (part) {
            case "clean" -> new Condition.Clean();
            case "attack" ->
                new Condition.Attack(
                        name,
                        json.path("norm").asText(),
                        json.path("eps").asDouble(),
                        json.has("steps") ? OptionalInt.of(json.path("steps").asInt()) : OptionalInt.empty(),
                        json.has("step_size")
                                ? OptionalDouble.of(json.path("step_size").asDouble())
                                : OptionalDouble.empty(),
                        json.path("random_start").asBoolean());
            case "corruption" ->
                new Condition.Corruption(
                        name,
                        json.path("severity").asInt(),
                        json.path("benchmark").asText());
            case "low-pass" -> new Condition.LowPass(radius);
            case "high-pass" -> new Condition.HighPass(radius);
            case "band-noise" ->
                new Condition.BandNoise(radius, json.path("norm").asDouble());
            case "fourier" ->
                new Condition.Frequency(
                        json.path("u").asInt(),
                        json.path("v").asInt(),
                        json.path("norm").asDouble());
            case "set" -> new Condition.OtherSet(name);
            case "same-classes" -> new Condition.SameClasses(name);
            default -> throw new IllegalArgumentException("there is no part '" + part + "'");
        };
    }
}

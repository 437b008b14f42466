package io.bandpass.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.bandpass.text.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a benchmark measured.
 *
 * @param figures by the keys of the JSON file, in their order: numbers, texts, lists of numbers (one per round) and, for
 *     {@code phases}, a map; memory is in bytes, times are in seconds, shares are 0 to 1
 */
public record BenchmarkResult(Map<String, Object> figures) {
    public BenchmarkResult {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** A figure that is a number. */
    public double number(String key) {
        if (figures.get(key) instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("this benchmark has no number " + key);
    }

    /** As a JSON object. */
    public String toJson() {
        try {
            return Json.pretty(figures);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a figure that is no number, text, list or map", e);
        }
    }

    /** As a table for people: the same names, rounded values. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        int width = figures.keySet().stream().mapToInt(String::length).max().orElse(0);
        figures.forEach((key, value) -> lines.add(key + " ".repeat(width + 2 - key.length()) + shown(key, value)));
        return lines;
    }

    private static String shown(String key, Object value) {
        if (value instanceof Map<?, ?> shares) {
            return shares.entrySet().stream()
                    .map(share -> String.format(
                            Locale.ROOT, "%s %.1f %%", share.getKey(), 100 * ((Number) share.getValue()).doubleValue()))
                    .collect(Collectors.joining(", "));
        }
        if (value instanceof List<?> values) {
            return values.stream().map(each -> shown(key, each)).collect(Collectors.joining("  "));
        }
        if (value instanceof Long bytes && key.contains("_bytes")) {
            return (bytes >> 20) + " MB";
        }
        return value instanceof Double number ? significant(number) : value.toString();
    }

    /** Four digits that count, and never an exponent for what people read: 0.01234, 98.71, 1234. */
    private static String significant(double number) {
        int before = number == 0 ? 0 : (int) Math.floor(Math.log10(Math.abs(number)));
        return String.format(Locale.ROOT, "%." + Math.max(0, Math.min(9, 3 - before)) + "f", number);
    }
}

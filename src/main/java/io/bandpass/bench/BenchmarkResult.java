package io.bandpass.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.bandpass.text.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Result of a benchmark.
 *
 * @param figures figures by the keys of the JSON file, in order: numbers, strings, lists of numbers (one per round)
 *     and maps: for {@code phases} of shares, for {@code milliseconds} of lists; memory in bytes, times in seconds, shares from 0 to 1
 */
public record BenchmarkResult(Map<String, Object> figures) {
    public BenchmarkResult {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** Returns a numeric figure. */
    public double number(String key) {
        if (figures.get(key) instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("this benchmark has no number " + key);
    }

    /** Returns the figures as a JSON object. */
    public String toJson() {
        try {
            return Json.pretty(figures);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a figure that is no number, text, list or map", e);
        }
    }

    /** Returns a human-readable table with the same names and rounded values. */
    public List<String> lines() {
        Map<String, Object> rows = rows();
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        return rows.entrySet().stream()
                .map(row -> row.getKey()
                        + " ".repeat(width + 2 - row.getKey().length())
                        + shown(row.getKey(), row.getValue()))
                .toList();
    }

    /** Returns the figures with a row of its own for each list of a map. */
    private Map<String, Object> rows() {
        Map<String, Object> rows = new LinkedHashMap<>();
        figures.forEach((key, value) -> {
            if (value instanceof Map<?, ?> lists && lists.values().stream().allMatch(List.class::isInstance)) {
                lists.forEach((name, list) -> rows.put(name + ", " + key, list));
            } else {
                rows.put(key, value);
            }
        });
        return rows;
    }

    private static String shown(String key, Object value) {
        if (value instanceof Map<?, ?> shares) {
            return shares.entrySet().stream()
                    .map(share -> String.format(
                            Locale.ROOT, "%s %.1f %%", share.getKey(), 100 * ((Number) share.getValue()).doubleValue()))
                    .collect(Collectors.joining(", "));
        }
        if (value instanceof List<?> values) {
            return values.stream().map(item -> shown(key, item)).collect(Collectors.joining("  "));
        }
        if (value instanceof Long bytes && key.contains("_bytes")) {
            return (bytes >> 20) + " MB";
        }
        return value instanceof Double number ? significant(number) : value.toString();
    }

    /** Formats with four significant digits and without an exponent: 0.01234, 98.71, 1234. */
    private static String significant(double number) {
        int before = number == 0 ? 0 : (int) Math.floor(Math.log10(Math.abs(number)));
        return String.format(Locale.ROOT, "%." + Math.max(0, Math.min(9, 3 - before)) + "f", number);
    }
}

package io.bandpass.data;

import io.bandpass.text.Counts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The files of a run that cannot be read, with the reason for each, and the limit on how many there may be. */
public final class UnreadableImages {
    private static final int NAMED = 3;
    private static final double ROUNDING = 1e-9;

    private final Map<String, String> reasons = Collections.synchronizedMap(new LinkedHashMap<>());
    private final double largestFraction;
    private final AtomicInteger files = new AtomicInteger();
    private final Map<String, Integer> repeated = new ConcurrentHashMap<>();

    /**
     * An empty list.
     *
     * @param largestFraction of all files that may be unreadable
     */
    public UnreadableImages(double largestFraction) {
        this.largestFraction = largestFraction;
    }

    /** Counts files that were given, good or bad. */
    public void count(int given) {
        files.addAndGet(given);
    }

    /** Notes that a file was given once more; if it is bad, it counts as often. */
    void repeat(String name) {
        repeated.merge(name, 1, Integer::sum);
    }

    /** How many files were given, good and bad. */
    public int files() {
        return files.get();
    }

    /** Lists a file; the first reason stands. */
    public void add(String name, String reason) {
        reasons.putIfAbsent(name, reason);
    }

    public boolean contains(String name) {
        return reasons.containsKey(name);
    }

    /** How many of the files that were given are bad, each as often as it was given. */
    public int size() {
        synchronized (reasons) {
            return reasons.size()
                    + repeated.entrySet().stream()
                            .filter(entry -> reasons.containsKey(entry.getKey()))
                            .mapToInt(Map.Entry::getValue)
                            .sum();
        }
    }

    /** Name to reason, in the order in which they were found. */
    public Map<String, String> reasons() {
        synchronized (reasons) {
            return new LinkedHashMap<>(reasons);
        }
    }

    /**
     * Stops a run whose data is worse than was allowed.
     *
     * @throws DataException if more than the allowed fraction is bad
     */
    public void check() {
        if (size() > largestFraction * files() + ROUNDING) {
            Map<String, String> found = reasons();
            String some = found.entrySet().stream()
                    .limit(NAMED)
                    .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                    .reduce((a, b) -> a + ", " + b)
                    .orElse("");
            throw new DataException(String.format(
                    Locale.ROOT,
                    "%d of %s cannot be read, more than the allowed fraction %s, among them %s; "
                            + "remove them, or allow more with `max-bad`",
                    size(),
                    Counts.of(files(), "image"),
                    largestFraction,
                    some));
        }
    }
}

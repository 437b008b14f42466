package io.bandpass.data;

import io.bandpass.text.Counts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The unreadable files of a run, with the reason for each, and the limit on their number. */
public final class UnreadableImages {
    private static final int NAMED = 3;
    private static final double ROUNDING = 1e-9;

    private final Map<String, String> reasons = Collections.synchronizedMap(new LinkedHashMap<>());
    private final double largestFraction;
    private final AtomicInteger files = new AtomicInteger();
    private final Map<String, Integer> repeated = new ConcurrentHashMap<>();

    /**
     * Creates an empty list.
     *
     * @param largestFraction maximum fraction of unreadable files
     */
    public UnreadableImages(double largestFraction) {
        this.largestFraction = largestFraction;
    }

    /** Counts files, readable or not. */
    public void count(int count) {
        files.addAndGet(count);
    }

    /** Records that a file is listed once more; if it is unreadable, it counts as often. */
    void repeat(String name) {
        repeated.merge(name, 1, Integer::sum);
    }

    /** Number of files, readable or not. */
    public int files() {
        return files.get();
    }

    /** Records an unreadable file; the first reason is kept. */
    public void add(String name, String reason) {
        reasons.putIfAbsent(name, reason);
    }

    public boolean contains(String name) {
        return reasons.containsKey(name);
    }

    /** Number of unreadable files, each counted as often as it is listed. */
    public int size() {
        synchronized (reasons) {
            return reasons.size()
                    + repeated.entrySet().stream()
                            .filter(entry -> reasons.containsKey(entry.getKey()))
                            .mapToInt(Map.Entry::getValue)
                            .sum();
        }
    }

    /** Reasons by name, in order of discovery. */
    public Map<String, String> reasons() {
        synchronized (reasons) {
            return new LinkedHashMap<>(reasons);
        }
    }

    /**
     * Stops a run whose data exceeds the limit.
     *
     * @throws DataException if more than the allowed fraction is unreadable
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

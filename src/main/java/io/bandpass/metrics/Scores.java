package io.bandpass.metrics;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** The names of scores, in summary.json, metrics.jsonl and checkpoints, and their words for people. */
public final class Scores {
    /** Fraction right of a nearest-neighbour vote with the encoder's features. */
    public static final String KNN_TOP1 = "knn_top1";
    /** The highest during the run. */
    public static final String KNN_TOP1_BEST = "knn_top1_best";
    /** The same vote on raw pixels. */
    public static final String KNN_TOP1_PIXELS = "knn_top1_pixels";
    /** Edge in pixels of the images, or thumbnails of them, whose raw pixels voted. */
    public static final String KNN_PIXELS_SIZE = "knn_pixels_size";
    /** The same vote on the encoder before anything was trained or loaded. */
    public static final String KNN_TOP1_UNTRAINED = "knn_top1_untrained";
    /** Fraction right of a linear classifier of the encoder's features. */
    public static final String PROBE_TOP1 = "probe_top1";
    /** Fraction of images whose class a classifier puts first. */
    public static final String TOP1 = "top1";
    /** The highest during the run. */
    public static final String TOP1_BEST = "top1_best";
    /** The step at which it was measured. */
    public static final String TOP1_BEST_STEP = "top1_best_step";
    /** Fraction of images whose class a classifier puts among its first five. */
    public static final String TOP5 = "top5";
    /** Mean of -log of the probability of the class. */
    public static final String CROSS_ENTROPY = "cross_entropy";
    /** Expected calibration error, 0 to 1. */
    public static final String CALIBRATION_ERROR = "calibration_error";

    private static final Map<String, String> LABELS = new LinkedHashMap<>();

    static {
        LABELS.put(KNN_TOP1, "kNN top-1");
        LABELS.put(PROBE_TOP1, "linear probe top-1");
        LABELS.put(TOP1, "top-1");
        LABELS.put(TOP5, "top-5");
        LABELS.put(CROSS_ENTROPY, "cross entropy");
        LABELS.put(CALIBRATION_ERROR, "calibration error");
    }

    private Scores() {}

    /** The name of the highest value of a score during the run. */
    public static String best(String name) {
        return name + "_best";
    }

    /** The name of the step at which {@link #best} was measured. */
    public static String bestStep(String name) {
        return best(name) + "_step";
    }

    /** A score that was measured, or nothing. */
    public static OptionalDouble of(Map<String, Double> values, String name) {
        Double value = values.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** A name and its value in words. */
    static String describe(String name, double value) {
        String label = LABELS.getOrDefault(name, name);
        return name.equals(CROSS_ENTROPY)
                ? String.format(Locale.ROOT, "%s %.4f", label, value)
                : String.format(Locale.ROOT, "%s %.2f %%", label, 100 * value);
    }
}

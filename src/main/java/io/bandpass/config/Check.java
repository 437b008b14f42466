package io.bandpass.config;

import io.bandpass.text.PrintableText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Validation of configuration values, with the messages for rejected ones. */
public final class Check {
    private static final int LONGEST_SHOWN = 80;
    private static final double MOST_TABLE_BYTES = 4e9;

    private Check() {}

    public static void that(boolean valid, String key, Object value, String allowed) {
        if (!valid) {
            throw new ConfigException(key + " is " + shown(value.toString()) + ", but must be " + allowed);
        }
    }

    /** Formats a value for a message: long values are truncated and terminal control characters escaped. */
    public static String shown(String value) {
        return PrintableText.of(value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...");
    }

    public static void positive(String key, long value) {
        that(value > 0, key, value, "a whole number above 0");
    }

    static void notNegative(String key, long value) {
        that(value >= 0, key, value, "a whole number of at least 0");
    }

    static void notNegative(String key, double value) {
        that(value >= 0 && Double.isFinite(value), key, value, "a number of at least 0");
    }

    public static void positive(String key, double value) {
        that(value > 0 && Double.isFinite(value), key, value, "a number above 0");
    }

    static void fraction(String key, double value) {
        that(value >= 0 && value <= 1, key, value, "between 0 and 1");
    }

    static void range(String key, List<Double> values, double lowest, double highest) {
        that(
                values.size() == 2
                        && values.get(0) <= values.get(1)
                        && values.get(0) >= lowest
                        && values.get(1) <= highest,
                key,
                values,
                "two numbers [low, high] from " + lowest + " to " + highest);
    }

    /** Checks the ratio of an MLP's hidden width to the width of its layer: the hidden width must be valid too. */
    static void mlpRatio(double ratio, String widthKey, int width, int most) {
        positive("encoder.mlp-ratio", ratio);
        that(
                ratio * width >= 1 && ratio * width <= most,
                "encoder.mlp-ratio",
                ratio,
                "such that " + widthKey + " " + width + " times it is the width of a layer");
    }

    static void oneOf(String key, String value, String... allowed) {
        if (!Arrays.asList(allowed).contains(value)) {
            throw notOneOf(key, value, Arrays.asList(allowed));
        }
    }

    static ConfigException notOneOf(String key, String value, List<String> allowed) {
        return new ConfigException(key + " is '" + shown(value) + "', but must be one of " + String.join(", ", allowed)
                + NearestKey.suggestion(value, allowed));
    }

    /**
     * Rejects tables too large for memory: tables over pairs of tokens grow with the fourth power of the image size.
     */
    static void tables(double bytes, String what, int imageSize, int patchSize) {
        if (bytes > MOST_TABLE_BYTES) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "encoder.image-size %d with encoder.patch-size %d makes tables %s of %.1f GB, but at most"
                            + " %.1f GB can be used: take larger patches or smaller images",
                    imageSize,
                    patchSize,
                    what,
                    bytes / 1e9,
                    MOST_TABLE_BYTES / 1e9));
        }
    }

    static void fits(int imageSize, int stride, String what) {
        that(imageSize > 0, "encoder.image-size", imageSize, "a whole number above 0");
        if (imageSize % stride != 0) {
            int below = imageSize / stride * stride;
            String nearest = below == 0
                    ? "the nearest that does is " + stride
                    : "the nearest that do are " + below + " and " + ((long) below + stride);
            throw new ConfigException(
                    "encoder.image-size " + imageSize + " does not fit " + what + " " + stride + ": " + nearest);
        }
    }
}

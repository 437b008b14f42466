package io.bandpass.compare;

import java.util.List;
import java.util.Locale;

/**
 * Mean and spread of a few values.
 *
 * @param mean NaN if there are no values
 * @param deviation sample standard deviation, divided by n - 1; NaN for fewer than two values
 * @param count number of values
 */
record Spread(double mean, double deviation, int count) {
    static Spread of(List<Double> values) {
        int n = values.size();
        double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
        double squares =
                values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        return new Spread(mean, n > 1 ? Math.sqrt(squares / (n - 1)) : Double.NaN, n);
    }

    /** Formats the spread, such as {@code 71.20 ± 0.35}; a dash if there are no values. */
    String text(int decimals) {
        if (count == 0) {
            return "–";
        }
        String format = "%." + decimals + "f";
        String text = String.format(Locale.ROOT, format, mean);
        return count > 1 ? text + " ± " + String.format(Locale.ROOT, format, deviation) : text;
    }
}

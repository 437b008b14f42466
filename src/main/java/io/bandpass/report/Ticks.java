package io.bandpass.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round numbers along an axis. */
final class Ticks {
    /** About so many steps. */
    private static final int STEPS = 4;

    private static final double[] ROUND = {1, 2, 2.5, 5, 10};
    /** Numbers beyond are written with an exponent. */
    private static final double SMALL = 1e-3;

    private static final double LARGE = 1e5;
    private static final MathContext DIGITS = new MathContext(6);

    private Ticks() {}

    /** Multiples of a round number between two values, of which the first is smaller. */
    static List<Double> linear(double low, double high) {
        double least = (high - low) / STEPS;
        double magnitude = Math.pow(10, Math.floor(Math.log10(least)));
        double step = 10 * magnitude;
        for (double round : ROUND) {
            if (round * magnitude >= least) {
                step = round * magnitude;
                break;
            }
        }
        List<Double> ticks = new ArrayList<>();
        for (double i = Math.ceil(low / step); i * step <= high; i++) {
            // Not -0.
            ticks.add(i * step + 0.0);
        }
        return ticks;
    }

    /** Round numbers between two values above 0: powers of ten, with their twofold and fivefold, where these are few. */
    static List<Double> logarithmic(double low, double high) {
        double decades = Math.log10(high / low);
        if (decades < 1) {
            return linear(low, high);
        }
        double[] mantissas = decades < STEPS - 1 ? new double[] {1, 2, 5} : new double[] {1};
        int every = (int) Math.max(1, Math.ceil(decades / (2 * STEPS)));
        List<Double> ticks = new ArrayList<>();
        for (int exponent = (int) Math.floor(Math.log10(low)); exponent <= Math.log10(high); exponent++) {
            for (double mantissa : mantissas) {
                double value = mantissa * Math.pow(10, exponent);
                if (exponent % every == 0 && value >= low && value <= high) {
                    ticks.add(value);
                }
            }
        }
        return ticks;
    }

    /** For people: as short as it can be. */
    static String label(double value) {
        double size = Math.abs(value);
        return size != 0 && (size < SMALL || size >= LARGE)
                ? String.format(Locale.ROOT, "%.1e", value)
                : new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}

package io.bandpass.pretext;

import java.math.BigDecimal;
import java.math.MathContext;

/** Formats numbers in descriptions. */
final class ThreeDigits {
    private static final MathContext THREE_DIGITS = new MathContext(3);

    private ThreeDigits() {}

    /** Formats with at most three significant digits and no trailing zeros: 5, 0.25, 1.37. */
    static String shown(double value) {
        return BigDecimal.valueOf(value)
                .round(THREE_DIGITS)
                .stripTrailingZeros()
                .toPlainString();
    }
}

package io.bandpass.pretext;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers in descriptions. */
final class ThreeDigits {
    private static final MathContext THREE_DIGITS = new MathContext(3);

    private ThreeDigits() {}

    /** At most three digits, without zeros at the end: 5, 0.25, 1.37. */
    static String shown(double value) {
        return BigDecimal.valueOf(value)
                .round(THREE_DIGITS)
                .stripTrailingZeros()
                .toPlainString();
    }
}

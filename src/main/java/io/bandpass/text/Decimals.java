package io.bandpass.text;

import java.math.BigDecimal;

/** Numbers in human-readable sentences. */
public final class Decimals {
    private Decimals() {}

    /** Returns the shortest decimal of a number without an exponent: {@code 0.0005}, {@code 2}. */
    public static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}

package io.bandpass.report;

import java.awt.Color;

/** A perceptually even colour scale, through five colours of viridis (van der Walt and Smith, 2015; CC0). */
final class SpectrumColours {
    private static final Color[] ANCHORS = {
        new Color(0x440154), new Color(0x3B528B), new Color(0x21918C), new Color(0x5EC962), new Color(0xFDE725)
    };

    private SpectrumColours() {}

    /** The colour of a value from 0 to 1, as RGB. */
    static int rgb(double value) {
        double position = Math.max(0, Math.min(1, value)) * (ANCHORS.length - 1);
        int below = Math.min(ANCHORS.length - 2, (int) position);
        double part = position - below;
        Color a = ANCHORS[below];
        Color b = ANCHORS[below + 1];
        return mix(a.getRed(), b.getRed(), part) << 16
                | mix(a.getGreen(), b.getGreen(), part) << 8
                | mix(a.getBlue(), b.getBlue(), part);
    }

    private static int mix(int a, int b, double part) {
        return (int) Math.round(a + (b - a) * part);
    }
}

package io.bandpass.corrupt;

/** Groups of corruptions, as in the tables of Hendrycks and Dietterich (ICLR 2019). */
public enum CorruptionGroup {
    NOISE,
    BLUR,
    WEATHER,
    DIGITAL,
    /** Meant for validation, and not part of the mean corruption error. */
    EXTRA
}

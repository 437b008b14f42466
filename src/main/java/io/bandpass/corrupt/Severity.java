package io.bandpass.corrupt;

import io.bandpass.config.ConfigException;
import io.bandpass.image.RgbBytes;

/**
 * Severity of a corruption.
 *
 * @param level 1 to 5
 * @param scale column of the parameters
 */
public record Severity(int level, CorruptionScale scale) {
    /** Number of severities. */
    public static final int LEVELS = 5;

    /**
     * Checks the level.
     *
     * @throws ConfigException if it is not 1 to 5
     */
    public Severity {
        if (level < 1 || level > LEVELS) {
            throw new ConfigException("a corruption cannot have severity " + level + ": it must be 1 to " + LEVELS);
        }
    }

    /** Returns this severity at the scale of an image. */
    public static Severity of(int level, RgbBytes image) {
        return new Severity(level, CorruptionScale.of(image.height(), image.width()));
    }
}

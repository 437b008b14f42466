package io.bandpass.robustness;

import io.bandpass.config.ConfigException;
import io.bandpass.robust.BandCurves;
import io.bandpass.text.Decimals;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Radii of bands: all from 0 to half the side, or those between two.
 *
 * @param ends the smallest and the largest, in bins
 */
record BandRange(Optional<Ends> ends) {
    /** Steps between the smallest and the largest radius. */
    static final int STEPS = 16;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,6}(?:\\.\\d+)?)-(\\d{1,6}(?:\\.\\d+)?)");

    /** The smallest and the largest radius. */
    record Ends(double from, double to) {}

    static final BandRange ALL = new BandRange(Optional.empty());

    /**
     * Reads {@code all} or a range such as {@code 0-112}.
     *
     * @throws ConfigException if a text is neither
     */
    static BandRange of(String text) {
        if (text.equals("all")) {
            return ALL;
        }
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches() || Double.parseDouble(matcher.group(1)) >= Double.parseDouble(matcher.group(2))) {
            throw new ConfigException(
                    "bands are '" + text + "', but must be all, or the smallest and the largest radius, such as 0-112");
        }
        return new BandRange(
                Optional.of(new Ends(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)))));
    }

    /**
     * Rejects radii beyond the highest frequency.
     *
     * @param side of the images, in pixels
     * @throws ConfigException if the largest radius is one
     */
    void check(int side) {
        double half = Math.floor(side / 2.0);
        double most = Math.hypot(half, half);
        if (ends.isPresent() && ends.get().to() > most) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "bands end at a radius of %s bins, but images of %d px have no frequencies beyond %.1f",
                    Decimals.plain(ends.get().to()),
                    side,
                    most));
        }
    }

    /** Returns settings with these radii instead of the usual ones. */
    BandCurves.Settings over(BandCurves.Settings usual) {
        if (ends.isEmpty()) {
            return usual;
        }
        Ends asked = ends.get();
        List<Double> radii = IntStream.rangeClosed(0, STEPS)
                .mapToObj(i -> asked.from() + (asked.to() - asked.from()) * i / STEPS)
                .toList();
        return new BandCurves.Settings(radii, radii, usual.ringWidth(), usual.norm(), usual.seed());
    }
}

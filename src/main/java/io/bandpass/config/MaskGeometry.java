package io.bandpass.config;

import io.bandpass.config.MaskConfig.Shape;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The mask that is in force for images, or tiles of images, of one size: what {@code auto} is there has become a number.
 *
 * @param size edge in pixels, and in frequency bins
 * @param lowestRadius of the kept shape, in frequency bins; not of a number where the shape ranks magnitudes
 * @param highestRadius the same as the lowest, or what each image's radius is drawn below
 * @param outerRadius of a masked band, or positive infinity
 * @param fractions of all frequencies that a shape that ranks magnitudes keeps; each image gets one of them
 */
public record MaskGeometry(
        Shape shape, int size, double lowestRadius, double highestRadius, double outerRadius, List<Double> fractions) {
    /** Whether an image's mask follows from its own spectrum, and not from a radius. */
    public boolean ranksMagnitudes() {
        return shape == Shape.COM || shape == Shape.RCOM;
    }

    /** Whether each image has a radius of its own. */
    public boolean drawsRadius() {
        return lowestRadius < highestRadius;
    }

    /** The radius, the middle of the range where it is drawn. */
    public double radius() {
        return (lowestRadius + highestRadius) / 2;
    }

    /**
     * The mask of the tiles of these images (method.md section 4): as many times smaller.
     *
     * @param factor tiles along each axis
     */
    public MaskGeometry tile(int factor) {
        if (ranksMagnitudes()) {
            throw new IllegalArgumentException("tiles have no mask of shape " + shape);
        }
        return new MaskGeometry(
                shape, size / factor, lowestRadius / factor, highestRadius / factor, outerRadius / factor, fractions);
    }

    /** How many frequency bins low-pass images keep, of all {@code size * size}. */
    public long keptBins(double radius) {
        long inside = KeptBins.inside(shape, size, radius);
        return Double.isFinite(outerRadius)
                ? (long) size * size - KeptBins.inside(shape, size, outerRadius) + inside
                : inside;
    }

    /** The mask in words, with the number of frequency bins that low-pass images keep. */
    public String describe() {
        if (ranksMagnitudes()) {
            return describeShape();
        }
        String least = String.format(Locale.ROOT, "%,d", keptBins(lowestRadius));
        String most = String.format(Locale.ROOT, "%,d", keptBins(highestRadius));
        return String.format(
                Locale.ROOT,
                "%s (%s of %,d bins)",
                describeShape(),
                least.equals(most) ? least : least + " to " + most,
                (long) size * size);
    }

    /** The mask in words. */
    public String describeShape() {
        if (ranksMagnitudes()) {
            return "the strongest "
                    + fractions.stream().map(MaskGeometry::perCent).collect(Collectors.joining(" or "))
                    + " of frequencies";
        }
        String radius = drawsRadius() ? text(lowestRadius) + " to " + text(highestRadius) : text(lowestRadius);
        return shape + " of radius " + radius
                + (Double.isFinite(outerRadius) ? ", outer radius " + text(outerRadius) : "");
    }

    private static String perCent(double fraction) {
        return text(100 * fraction) + " %";
    }

    /** Four digits, without zeros at the end. */
    private static String text(double value) {
        String digits = String.format(Locale.ROOT, "%.4g", value);
        return digits.contains(".") && !digits.contains("e") ? digits.replaceFirst("\\.?0+$", "") : digits;
    }
}

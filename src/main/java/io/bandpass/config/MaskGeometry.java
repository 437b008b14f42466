package io.bandpass.config;

import io.bandpass.config.MaskConfig.Shape;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Resolved frequency mask for images, or tiles of images, of one size: {@code auto} has been replaced with a number.
 *
 * @param size edge in pixels, and in frequency bins
 * @param lowestRadius radius of the kept shape, in frequency bins; not used by shapes that rank magnitudes
 * @param highestRadius equal to the lowest, or the exclusive upper bound of each image's random radius
 * @param outerRadius of a masked band, or positive infinity
 * @param fractions of all frequencies that a magnitude-ranking shape keeps; one is drawn per image
 */
public record MaskGeometry(
        Shape shape, int size, double lowestRadius, double highestRadius, double outerRadius, List<Double> fractions) {
    /** Whether an image's mask depends on its own spectrum instead of a radius. */
    public boolean ranksMagnitudes() {
        return shape == Shape.COM || shape == Shape.RCOM;
    }

    /** Whether the radius is drawn per image. */
    public boolean drawsRadius() {
        return lowestRadius < highestRadius;
    }

    /** Radius, or the middle of the range if it is drawn. */
    public double radius() {
        return (lowestRadius + highestRadius) / 2;
    }

    /**
     * Returns the mask of the tiles of these images (method.md section 4), with radii scaled down like the tiles.
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

    /** Number of frequency bins that low-pass images keep, out of {@code size * size}. */
    public long keptBins(double radius) {
        long inside = KeptBins.inside(shape, size, radius);
        return Double.isFinite(outerRadius)
                ? (long) size * size - KeptBins.inside(shape, size, outerRadius) + inside
                : inside;
    }

    /** Describes the mask, including the number of frequency bins that low-pass images keep. */
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

    /** Describes the mask. */
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

    /** Formats with four significant digits and no trailing zeros. */
    private static String text(double value) {
        String digits = String.format(Locale.ROOT, "%.4g", value);
        return digits.contains(".") && !digits.contains("e") ? digits.replaceFirst("\\.?0+$", "") : digits;
    }
}

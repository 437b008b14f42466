package io.bandpass.config;

import java.util.Locale;

/** Checks that a mask, at the size of the images, leaves some frequencies visible and some to predict. */
final class MaskCheck {
    private MaskCheck() {}

    /** Rejects masks that keep all or none of the frequencies of images of this size. */
    static void check(MaskConfig mask, int size) {
        if (mask.ranksMagnitudes()) {
            checkFractions(mask, size);
            return;
        }
        boolean drawn = !mask.radiusRange().isEmpty();
        String key = drawn ? "mask.radius-range" : "mask.radius";
        MaskGeometry geometry = mask.at(size);
        double radius = geometry.highestRadius();
        double reach = reach(mask.shape(), size);
        Check.that(
                radius <= reach,
                key,
                drawn ? mask.radiusRange() : radius,
                String.format(
                        Locale.ROOT, "at most %.4g for images of %d px, or it keeps every frequency", reach, size));
        mask.outerRadius().ifPresent(outer -> {
            String which = drawn ? "the end of mask.radius-range" : key;
            Check.that(outer > radius, "mask.outer-radius", outer, "above " + which + ", which is " + radius);
            Check.that(
                    removesAny(geometry),
                    "mask.outer-radius",
                    outer,
                    "such that a frequency lies between it and the radius " + radius);
        });
    }

    private static void checkFractions(MaskConfig mask, int size) {
        double bins = (double) size * size;
        for (double fraction : mask.fractions()) {
            double kept = Math.rint(fraction * bins);
            // Frequencies are kept in conjugate pairs, so one more may be kept.
            Check.that(
                    kept >= 1 && kept + 1 < bins,
                    "mask.fractions",
                    mask.fractions(),
                    String.format(
                            Locale.ROOT,
                            "such that each keeps some of the %.0f frequencies of images of %d px and removes some",
                            bins,
                            size));
        }
    }

    /** Rejects tiles for which the mask, scaled down like them, keeps every frequency or is undefined. */
    static void checkTiles(MaskConfig mask, EncoderConfig encoder, LossConfig loss) {
        int factor = loss.patchFactor();
        int size = encoder.imageSize();
        if (factor == 1) {
            return;
        }
        if (size % factor != 0) {
            Check.fits(
                    size,
                    leastCommonMultiple(encoder.stride(), factor),
                    "stride " + encoder.stride() + " and loss.patch-factor " + factor + " together, a multiple of");
        }
        if (loss.countsRemovedOnly()) {
            Check.that(
                    !mask.ranksMagnitudes(),
                    "loss.patch-factor",
                    factor,
                    "1 for mask.shape " + mask.shape()
                            + " where only removed frequencies count: tiles have no such mask");
            MaskGeometry tile = mask.at(size).tile(factor);
            Check.that(
                    removesAny(tile),
                    "loss.patch-factor",
                    factor,
                    String.format(
                            Locale.ROOT,
                            "smaller: the mask of its tiles of %d px, of radius %.4g, removes no frequency",
                            tile.size(),
                            tile.highestRadius()));
        }
    }

    private static int leastCommonMultiple(int a, int b) {
        long multiple = a / (long) greatestCommonDivisor(a, b) * b;
        return (int) Math.min(Integer.MAX_VALUE, multiple);
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    /** Largest distance of a frequency from DC. */
    private static double reach(MaskConfig.Shape shape, int size) {
        double half = Math.floorDiv(size, 2);
        return switch (shape) {
            case SQUARE -> half;
            case RHOMBUS -> 2 * half;
            case CIRCLE, COM, RCOM -> Math.sqrt(2) * half;
        };
    }

    /** Whether some frequency lies between the radius and the outer radius. */
    private static boolean removesAny(MaskGeometry mask) {
        double radius = mask.highestRadius();
        double outer = mask.outerRadius();
        double reach = reach(mask.shape(), mask.size());
        return switch (mask.shape()) {
            case CIRCLE ->
                outer > reach ? radius <= reach : circleRemovesAny(radius, outer, Math.floorDiv(mask.size(), 2));
            // Their distances are integers.
            case SQUARE, RHOMBUS -> Math.ceil(radius) <= reach && Math.ceil(radius) < outer;
            case COM, RCOM -> throw new IllegalArgumentException(mask.shape() + " has no radius");
        };
    }

    private static boolean circleRemovesAny(double radius, double outer, long half) {
        for (long v = 0; v <= half; v++) {
            long first = (long) Math.sqrt(Math.max(0, radius * radius - v * v));
            for (long u = first; u <= Math.min(half, first + 1); u++) {
                double squared = (double) v * v + (double) u * u;
                if (squared >= radius * radius && squared < outer * outer) {
                    return true;
                }
            }
        }
        return false;
    }
}

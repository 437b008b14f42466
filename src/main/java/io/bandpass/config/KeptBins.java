package io.bandpass.config;

/** How many frequencies lie inside a shape around DC, counted row by row; no mask is made. */
final class KeptBins {
    private KeptBins() {}

    /**
     * Counts the bins of a centred spectrum whose distance from DC is below a radius, as {@code RadialMask} has it.
     *
     * @param shape {@code circle}, {@code square} or {@code rhombus}
     * @param size edge of the spectrum
     */
    static long inside(MaskConfig.Shape shape, int size, double radius) {
        // DC sits at size / 2, so that an even size has one more bin below it.
        long below = size / 2;
        long above = size - 1 - below;
        long count = 0;
        for (long v = -below; v <= above; v++) {
            long farthest = farthest(shape, Math.abs(v), radius);
            if (farthest >= 0) {
                count += Math.min(farthest, below) + Math.min(farthest, above) + 1;
            }
        }
        return count;
    }

    /** The largest distance in columns that is inside at this distance in rows; -1 where none is. */
    private static long farthest(MaskConfig.Shape shape, long v, double radius) {
        return switch (shape) {
            case SQUARE -> v < radius ? (long) Math.ceil(radius) - 1 : -1;
            case RHOMBUS -> Math.max(-1, (long) Math.ceil(radius) - 1 - v);
            case CIRCLE -> farthestInCircle(v, radius);
            case COM, RCOM -> throw new IllegalArgumentException(shape + " has no radius");
        };
    }

    private static long farthestInCircle(long v, double radius) {
        double squared = radius * radius;
        // The root is rounded, so that what it says is only where to begin.
        long u = (long) Math.sqrt(Math.max(0, squared - (double) v * v)) + 1;
        while (u >= 0 && (double) v * v + (double) u * u >= squared) {
            u--;
        }
        return u;
    }
}

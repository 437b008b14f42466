package io.bandpass.config;

/** Counts the frequencies inside a shape around DC, row by row, without creating a mask. */
final class KeptBins {
    private KeptBins() {}

    /**
     * Counts the bins of a centred spectrum whose distance from DC is below a radius, as in {@code RadialMask}.
     *
     * @param shape {@code circle}, {@code square} or {@code rhombus}
     * @param size edge of the spectrum
     */
    static long inside(MaskConfig.Shape shape, int size, double radius) {
        // DC is at size / 2, so an even size has one more bin below it.
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

    /** Largest column distance inside the shape at a row distance; -1 if there is none. */
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
        // The square root is rounded and serves only as a starting point.
        long u = (long) Math.sqrt(Math.max(0, squared - (double) v * v)) + 1;
        while (u >= 0 && (double) v * v + (double) u * u >= squared) {
            u--;
        }
        return u;
    }
}

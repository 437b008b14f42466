package io.bandpass.corrupt;

/**
 * A fractal cloud by the diamond-square algorithm (Fournier, Fussell and Carpenter, Communications of the ACM 1982) on a
 * torus, scaled to [0, 1]. Each new point is the mean of its four neighbours plus a random amount. As published, that
 * amount is uniform up to the square of what is called its amplitude, which begins with 100.
 */
final class PlasmaMap {
    private static final double FIRST_AMPLITUDE = 100;

    private final int side;
    private final double[][] map;
    private final float[] uniform;
    private int next;

    private PlasmaMap(int side, float[] uniform) {
        this.side = side;
        this.map = new double[side][side];
        this.uniform = uniform;
    }

    /** Returns the side of the map for an image: the next power of two. */
    static int side(int height, int width) {
        int longer = Math.max(height, width);
        int below = Integer.highestOneBit(longer);
        return below == longer ? longer : 2 * below;
    }

    /**
     * Draws a map.
     *
     * @param side a power of two, at least 2
     * @param decay divisor of the amplitude after each halving of the step
     * @return (side, side), 0 to 1
     */
    static double[][] draw(int side, double decay, Draws draws) {
        PlasmaMap plasma = new PlasmaMap(side, draws.symmetric(side * side - 1));
        double amplitude = FIRST_AMPLITUDE;
        for (int step = side; step >= 2; step /= 2) {
            plasma.fill(step, amplitude * amplitude);
            amplitude /= decay;
        }
        plasma.scale();
        return plasma.map;
    }

    /** Fills the centres of squares, then the points between corners to the right, then those below. */
    private void fill(int step, double amount) {
        int half = step / 2;
        for (int y = half; y < side; y += step) {
            for (int x = half; x < side; x += step) {
                map[y][x] = mean(
                                at(y - half, x - half),
                                at(y - half, x + half),
                                at(y + half, x - half),
                                at(y + half, x + half))
                        + amount * uniform[next++];
            }
        }
        for (int y = 0; y < side; y += step) {
            for (int x = half; x < side; x += step) {
                map[y][x] = around(y, x, half) + amount * uniform[next++];
            }
        }
        for (int y = half; y < side; y += step) {
            for (int x = 0; x < side; x += step) {
                map[y][x] = around(y, x, half) + amount * uniform[next++];
            }
        }
    }

    private double around(int y, int x, int half) {
        return mean(at(y - half, x), at(y + half, x), at(y, x - half), at(y, x + half));
    }

    private static double mean(double a, double b, double c, double d) {
        return (a + b + c + d) / 4;
    }

    private double at(int y, int x) {
        return map[y & (side - 1)][x & (side - 1)];
    }

    private void scale() {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (double[] row : map) {
            for (double value : row) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
        }
        double range = most - least;
        for (double[] row : map) {
            for (int x = 0; x < side; x++) {
                row[x] = (row[x] - least) / range;
            }
        }
    }
}

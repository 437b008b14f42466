package io.bandpass.corrupt;

/** The random numbers of one corrupted image, each from the distribution named, in the order of the calls. */
public interface Draws {
    /** Draws from the normal distribution with mean 0 and variance 1. */
    float[] normal(int count);

    /** Draws uniformly from [0, 1). */
    float[] uniform(int count);

    /** Draws uniformly from [-1, 1). */
    float[] symmetric(int count);

    /**
     * Draws a Poisson count for each value.
     *
     * @param levels unsigned
     * @param white mean count of level 255; that of other levels is proportional
     */
    int[] poisson(byte[] levels, double white);

    /** Draws pairs (dx, dy) uniformly from the integers -reach to reach - 1; the largest reach is 8. */
    byte[] offsets(int pairs, int reach);

    /** Draws uniformly from [low, high). */
    double between(double low, double high);

    /** Draws uniformly from the integers 0 to bound - 1. */
    int below(int bound);
}

package io.bandpass.attack;

import java.util.SplittableRandom;

/** What the square attack draws. */
interface SquareDraws {
    /**
     * A square to change.
     *
     * @param top row of its first pixel
     * @param left column of its first pixel
     * @param signs +1 or -1 of each channel
     */
    record Placement(int top, int left, float[] signs) {}

    /**
     * Draws the signs of the stripes of the start, constant along each column.
     *
     * @param key of the image
     * @return channels * width values, +1 or -1, the columns of the first channel first
     */
    float[] stripes(long key, int attempt, int channels, int width);

    /**
     * Draws a square.
     *
     * @param key of the image
     * @param query from 0
     * @param tops number of rows in which it may begin, from 0
     * @param lefts number of columns in which it may begin, from 0
     */
    Placement square(long key, int attempt, int query, int tops, int lefts, int channels);

    /** Draws for each image by itself. */
    static SquareDraws of(AttackRandom random) {
        return new SquareDraws() {
            @Override
            public float[] stripes(long key, int attempt, int channels, int width) {
                return signs(random.of(key, attempt), channels * width);
            }

            @Override
            public Placement square(long key, int attempt, int query, int tops, int lefts, int channels) {
                SplittableRandom draws = random.of(key, attempt, query);
                int top = draws.nextInt(tops);
                int left = draws.nextInt(lefts);
                return new Placement(top, left, signs(draws, channels));
            }
        };
    }

    /** Draws +1 or -1, so many times. */
    static float[] signs(SplittableRandom draws, int count) {
        float[] signs = new float[count];
        for (int i = 0; i < count; i++) {
            signs[i] = draws.nextBoolean() ? 1 : -1;
        }
        return signs;
    }
}

package io.bandpass.corrupt;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.SplittableRandom;

/**
 * Random numbers that are a function of (seed, image, corruption, severity): the same whatever the order of images,
 * their number, and the number of threads.
 */
final class KeyedDraws implements Draws {
    private static final int LEVELS = 256;
    private static final int MANTISSA = 24;
    private static final float ULP = 0x1p-24f;
    private static final int HALF_LONG = 32;

    private final SplittableRandom random;

    /**
     * Prepares the draws of an image.
     *
     * @param corruption its name
     * @param image index of the image
     */
    KeyedDraws(long seed, String corruption, long image, int level) {
        long key = KeyedRandom.hash(seed, Purpose.CORRUPTION, corruption);
        random = KeyedRandom.of(key, Purpose.CORRUPTION, image, level);
    }

    @Override
    public float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Override
    public float[] uniform(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i += 2) {
            // Two values of 24 bits each.
            long bits = random.nextLong();
            values[i] = (int) (bits >>> (Long.SIZE - MANTISSA)) * ULP;
            if (i + 1 < count) {
                values[i + 1] = ((int) bits >>> (HALF_LONG - MANTISSA)) * ULP;
            }
        }
        return values;
    }

    @Override
    public float[] symmetric(int count) {
        float[] values = uniform(count);
        for (int i = 0; i < count; i++) {
            values[i] = 2 * values[i] - 1;
        }
        return values;
    }

    @Override
    public int[] poisson(byte[] levels, double white) {
        PoissonDistribution[] ofLevel = new PoissonDistribution[LEVELS];
        int[] counts = new int[levels.length];
        for (int i = 0; i < levels.length; i++) {
            int level = levels[i] & 0xFF;
            PoissonDistribution distribution = ofLevel[level];
            if (distribution == null) {
                distribution = new PoissonDistribution(level / 255.0 * white);
                ofLevel[level] = distribution;
            }
            counts[i] = distribution.draw(random);
        }
        return counts;
    }

    @Override
    public byte[] offsets(int pairs, int reach) {
        int side = 2 * reach;
        byte[] offsets = new byte[2 * pairs];
        for (int i = 0; i < offsets.length; i += 2) {
            int pair = random.nextInt(side * side);
            int dy = pair / side;
            offsets[i] = (byte) (pair - dy * side - reach);
            offsets[i + 1] = (byte) (dy - reach);
        }
        return offsets;
    }

    @Override
    public double between(double low, double high) {
        return low + random.nextDouble() * (high - low);
    }

    @Override
    public int below(int bound) {
        return random.nextInt(bound);
    }
}

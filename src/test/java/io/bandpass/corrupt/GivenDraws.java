package io.bandpass.corrupt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;

/** Draws that were stored; others fail. */
final class GivenDraws implements Draws {
    private final Deque<float[]> normal = new ArrayDeque<>();
    private final Deque<float[]> uniform = new ArrayDeque<>();
    private final Deque<float[]> symmetric = new ArrayDeque<>();
    private final Deque<int[]> counts = new ArrayDeque<>();
    private final Deque<byte[]> offsets = new ArrayDeque<>();
    private final Deque<Double> angles = new ArrayDeque<>();
    private double[] range = {};

    GivenDraws normal(float[] values) {
        normal.add(values);
        return this;
    }

    GivenDraws uniform(float[] values) {
        uniform.add(values);
        return this;
    }

    GivenDraws symmetric(float[] values) {
        symmetric.add(values);
        return this;
    }

    GivenDraws counts(int[] values) {
        counts.add(values);
        return this;
    }

    GivenDraws offsets(byte[] bytes) {
        offsets.add(bytes);
        return this;
    }

    GivenDraws angle(double degrees) {
        angles.add(degrees);
        return this;
    }

    /** The bounds between which the last angle was drawn. */
    double[] range() {
        return range.clone();
    }

    /** Fails if draws are left over. */
    void assertAllTaken() {
        assertThat(normal).isEmpty();
        assertThat(uniform).isEmpty();
        assertThat(symmetric).isEmpty();
        assertThat(counts).isEmpty();
        assertThat(offsets).isEmpty();
        assertThat(angles).isEmpty();
    }

    @Override
    public float[] normal(int count) {
        return checked(normal.remove(), count);
    }

    @Override
    public float[] uniform(int count) {
        return checked(uniform.remove(), count);
    }

    @Override
    public float[] symmetric(int count) {
        return checked(symmetric.remove(), count);
    }

    private static float[] checked(float[] values, int count) {
        assertThat(values).hasSize(count);
        return values.clone();
    }

    @Override
    public int[] poisson(byte[] levels, double white) {
        int[] values = counts.remove();
        assertThat(values).hasSameSizeAs(levels);
        return values;
    }

    @Override
    public byte[] offsets(int pairs, int reach) {
        byte[] bytes = offsets.remove();
        byte[] values = new byte[2 * pairs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) ((bytes[i] & 0xFF) % (2 * reach) - reach);
        }
        return values;
    }

    @Override
    public double between(double low, double high) {
        double angle = angles.remove();
        assertThat(angle).isBetween(low, high);
        range = new double[] {low, high};
        return angle;
    }

    @Override
    public int below(int bound) {
        throw new AssertionError("no whole numbers are stored");
    }
}

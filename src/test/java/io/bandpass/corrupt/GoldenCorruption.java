package io.bandpass.corrupt;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.TensorFile;
import io.bandpass.image.RgbBytes;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Stored results of corruptions, (5, 3, h, w) or (5, h, w), and how to compare with them. */
final class GoldenCorruption {
    private GoldenCorruption() {}

    static Severity severity(int level, int side) {
        return new Severity(level, side == 224 ? CorruptionScale.IMAGENET : CorruptionScale.CIFAR);
    }

    /** The pixels of a stored image (3, H, W). */
    static RgbBytes image(TensorFile golden, String name) {
        return RgbBytes.of(golden.get(name));
    }

    /** Values (3, H, W) in the order of an image's. */
    static float[] interleaved(Tensor planes) {
        return Tensors.toFloats(planes.permute(1, 2, 0));
    }

    static void assertNear(RgbBytes actual, Tensor expected, int step, double mostShare, String name) {
        assertNear(actual, expected, step, 1, mostShare, name);
    }

    /**
     * Compares an image with every so-many-th pixel of it (3, h, w).
     *
     * @param levels largest difference
     * @param mostShare of the values that differ at all
     */
    static void assertNear(RgbBytes actual, Tensor expected, int step, int levels, double mostShare, String name) {
        assertThat(largest(actual, expected, step))
                .as("%s: largest difference", name)
                .isLessThanOrEqualTo(levels);
        assertThat(shareAbove(0, actual, expected, step))
                .as("%s: share of values", name)
                .isLessThanOrEqualTo(mostShare);
    }

    static double largest(RgbBytes actual, Tensor expected, int step) {
        double largest = 0;
        for (double difference : differences(actual, expected, step)) {
            largest = Math.max(largest, difference);
        }
        return largest;
    }

    /** Share of the values that differ by more than some levels. */
    static double shareAbove(int levels, RgbBytes actual, Tensor expected, int step) {
        double[] differences = differences(actual, expected, step);
        int count = 0;
        for (double difference : differences) {
            if (difference > levels) {
                count++;
            }
        }
        return (double) count / differences.length;
    }

    private static double[] differences(RgbBytes actual, Tensor expected, int step) {
        float[] values = Tensors.toFloats(expected);
        int height = (int) expected.size(1);
        int width = (int) expected.size(2);
        assertThat((actual.height() + step - 1) / step).isEqualTo(height);
        assertThat((actual.width() + step - 1) / step).isEqualTo(width);
        double[] differences = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int channel = i / (height * width);
            int y = i / width % height * step;
            int x = i % width * step;
            int level = actual.values()[(y * actual.width() + x) * 3 + channel] & 0xFF;
            differences[i] = Math.abs(level - values[i]);
        }
        return differences;
    }

    /** Largest difference of every so-many-th number from those stored (h, w). */
    static double largest(double[][] actual, Tensor expected, int step) {
        double[] values = Tensors.toDoubles(expected);
        int height = (int) expected.size(0);
        int width = (int) expected.size(1);
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            double value = actual[i / width * step][i % width * step];
            assertThat(value).isFinite();
            largest = Math.max(largest, Math.abs(value - values[i]));
        }
        assertThat(height).isGreaterThan(1);
        return largest;
    }

    /** Share of every so-many-th number that differs from those stored (h, w) by more than a tolerance. */
    static double shareAbove(double tolerance, double[][] actual, Tensor expected, int step) {
        double[] values = Tensors.toDoubles(expected);
        int width = (int) expected.size(1);
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (Math.abs(actual[i / width * step][i % width * step] - values[i]) > tolerance) {
                count++;
            }
        }
        return (double) count / values.length;
    }
}

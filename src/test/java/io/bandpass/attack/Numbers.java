package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.torch.Tensors;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;

/** Numbers of golden JSON, and comparisons with them. */
final class Numbers {
    private Numbers() {}

    static double[] doubles(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    static boolean[] booleans(JsonNode array) {
        boolean[] values = new boolean[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).isBoolean()
                    ? array.get(i).asBoolean()
                    : array.get(i).asInt() != 0;
        }
        return values;
    }

    /** How many values differ by more than a tolerance. */
    static long differing(Tensor actual, Tensor expected, double tolerance) {
        double[] a = Tensors.toDoubles(actual);
        double[] e = Tensors.toDoubles(expected);
        assertThat(a).hasSameSizeAs(e);
        long count = 0;
        for (int i = 0; i < a.length; i++) {
            assertThat(a[i]).isFinite();
            count += Math.abs(a[i] - e[i]) > tolerance ? 1 : 0;
        }
        return count;
    }

    /** Compares with a tolerance relative to the expected values, or absolute below 1. */
    static void assertRelative(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i])
                    .as("value %d", i)
                    .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
        }
    }
}

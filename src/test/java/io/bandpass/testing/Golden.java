package io.bandpass.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/** Numbers computed with the authors' program, and how to compare with them. */
public final class Golden {
    private Golden() {}

    public static TensorFile tensors(String name) {
        try {
            return Safetensors.read(path(name + ".safetensors"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static JsonNode json(String name) {
        try {
            return new ObjectMapper().readTree(path(name + ".json").toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Where a golden file lies. */
    public static Path path(String file) {
        try {
            return Path.of(Objects.requireNonNull(Golden.class.getResource("/golden/" + file))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Largest absolute difference; fails on a different shape or a value that is not finite. */
    public static double largestDifference(Tensor actual, Tensor expected) {
        assertThat(Tensors.shape(actual)).isEqualTo(Tensors.shape(expected));
        double[] a = Tensors.toDoubles(actual);
        double[] e = Tensors.toDoubles(expected);
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            assertThat(a[i]).as("value %d", i).isFinite();
            largest = Math.max(largest, Math.abs(a[i] - e[i]));
        }
        return largest;
    }

    /** Largest absolute value. */
    public static double largest(Tensor tensor) {
        double largest = 0;
        for (double value : Tensors.toDoubles(tensor)) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** Values of a tensor of small integers, row by row. */
    public static short[] shorts(Tensor tensor) {
        double[] values = Tensors.toDoubles(tensor);
        short[] shorts = new short[values.length];
        for (int i = 0; i < shorts.length; i++) {
            shorts[i] = (short) values[i];
        }
        return shorts;
    }
}

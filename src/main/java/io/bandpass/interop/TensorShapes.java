package io.bandpass.interop;

import io.bandpass.format.WeightsException;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/** Names and shapes of a state dict, with the queries that a geometry is inferred from. */
final class TensorShapes {
    /** Largest number of stages in any family; the stride is exponential in it. */
    private static final int MOST_STAGES = 8;

    private final String source;
    private final Map<String, long[]> shapes;
    private long absent;

    private TensorShapes(String source, Map<String, long[]> shapes) {
        this.source = source;
        this.shapes = shapes;
    }

    static TensorShapes of(String source, Map<String, Tensor> state) {
        Map<String, long[]> shapes = new TreeMap<>();
        state.forEach((name, tensor) -> shapes.put(name, Tensors.shape(tensor)));
        return new TensorShapes(source, shapes);
    }

    static TensorShapes ofShapes(String source, Map<String, long[]> shapes) {
        return new TensorShapes(source, new TreeMap<>(shapes));
    }

    boolean has(String name) {
        return shapes.containsKey(name);
    }

    /**
     * Returns the shape of a required tensor.
     *
     * @throws WeightsException if it is missing, has another number of axes, or an extent larger than in any encoder
     */
    int[] need(String name, int axes) {
        long[] shape = shapes.get(name);
        if (shape == null) {
            throw new WeightsException(
                    source + " lacks " + name + ", without which the geometry of its encoder is not known");
        }
        if (shape.length != axes || Arrays.stream(shape).anyMatch(extent -> extent < 1 || extent > 1 << 24)) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: tensor %s has the shape %s, where one of %d axes is expected",
                    source,
                    name,
                    Arrays.toString(shape),
                    axes));
        }
        return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    }

    /** Returns the edge of a kernel, which must be square. */
    int square(String name, int[] convolution) {
        if (convolution[2] != convolution[3]) {
            throw new WeightsException(source + ": tensor " + name + " has a kernel of " + convolution[2] + " x "
                    + convolution[3] + ", but kernels must be square");
        }
        return convolution[2];
    }

    /** Rejects a convolution whose input is not RGB. */
    void needRgb(String name, int[] convolution) {
        if (convolution[1] != 3) {
            throw new WeightsException(source + ": tensor " + name + " takes images of " + convolution[1]
                    + " channels, but only those of 3 can be used");
        }
    }

    /** Counts the names {@code before + N + after} from N = 0 until the first gap. */
    int count(String before, String after) {
        int count = 0;
        while (has(before + count + after)) {
            count++;
        }
        return count;
    }

    /**
     * Declares a matrix of the model, so that no model is built of which the file holds little.
     *
     * @throws WeightsException if the file has it with another shape
     */
    void expect(String name, long... shape) {
        long[] found = shapes.get(name);
        if (found == null) {
            try {
                absent = Math.addExact(absent, Arrays.stream(shape).reduce(1, Math::multiplyExact));
            } catch (ArithmeticException e) {
                throw refusal(" lacks " + name + ", which would have more numbers than any file");
            }
        } else if (!Arrays.equals(found, shape)) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: tensor %s has the shape %s, where the other tensors ask for %s",
                    source,
                    name,
                    Arrays.toString(found),
                    Arrays.toString(shape)));
        }
    }

    /** Rejects a file that holds less than half of what was declared with {@link #expect}. */
    void checkWhole() {
        long present = 0;
        for (long[] shape : shapes.values()) {
            present += Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        }
        if (absent > present) {
            throw new WeightsException(
                    source + " holds less than half of its encoder: " + present + " numbers, and " + absent + " lack");
        }
    }

    /** Returns the edge of a square of this area, 0 if there is none. */
    static int root(long area) {
        int edge = (int) Math.round(Math.sqrt((double) Math.max(0, area)));
        return (long) edge * edge == area ? edge : 0;
    }

    /** Returns the ratio that, multiplied by the width and truncated, yields the hidden width. */
    static double ratio(int hidden, int width) {
        double ratio = (double) hidden / width;
        return (int) (width * ratio) == hidden ? ratio : Math.nextUp(ratio);
    }

    /** Returns the number of blocks in each stage, from the first stage until one has none. */
    List<Integer> counts(int first, String before, String between, String after) {
        List<Integer> counts = new ArrayList<>();
        int count = count(before + first + between, after);
        while (count > 0) {
            counts.add(count);
            count = count(before + (first + counts.size()) + between, after);
        }
        if (counts.size() > MOST_STAGES) {
            throw refusal(" has " + counts.size() + " stages, but at most " + MOST_STAGES + " can be used");
        }
        return counts;
    }

    WeightsException refusal(String reason) {
        return new WeightsException(source + reason);
    }
}

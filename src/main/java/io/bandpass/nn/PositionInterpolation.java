package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.Locale;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Positions that were trained at one image size, for another (method.md section 9). Whether a table has rows for a class
 * token follows from the number of its rows.
 */
public final class PositionInterpolation {
    private static final double SMALLEST_RATIO = 1.01;
    private static final double LARGEST_RATIO = 1.5;
    private static final double RATIO_TOLERANCE = 1e-6;
    private static final int CLASS_ROWS = 3;

    private PositionInterpolation() {}

    /**
     * Absolute positions for another square: bicubic (a = -0.75, align_corners false, no antialias). The row of the
     * class token, which stands first where there is one, is kept. Gradients go back to the whole table.
     *
     * @param table (1, L, C) or (1, 1 + L, C), L a square number
     * @param rows how many rows are wanted, of the same kind
     * @return (1, rows, C)
     * @throws IllegalArgumentException if these are not the rows of a square
     */
    public static Tensor absolute(Tensor table, long rows) {
        int first = edge(table.size(1)) > 0 ? 0 : 1;
        int from = edge(table.size(1) - first);
        int to = edge(rows - first);
        if (from == 0 || to == 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d positions cannot become %d: both must be a square number%s",
                    table.size(1),
                    rows,
                    first == 0 ? "" : ", and one for the class token"));
        }
        return Tensors.scoped(() -> {
            long width = table.size(2);
            Tensor map = Tensors.slice(table, 1, first, table.size(1))
                    .reshape(1, from, from, width)
                    .permute(0, 3, 1, 2)
                    .contiguous();
            Tensor resized = torch.upsample_bicubic2d(map, new long[] {to, to}, false)
                    .permute(0, 2, 3, 1)
                    .reshape(1, (long) to * to, width);
            return torch.cat(new TensorVector(Tensors.slice(table, 1, 0, first), resized), 1);
        });
    }

    /** {@link #absolute}, but the table itself where it has as many rows already. */
    public static Tensor fitting(Tensor table, long rows) {
        return table.size(1) == rows ? table : absolute(table, rows);
    }

    /**
     * The table of a {@link RelativePositionBias} for another square: a cubic spline along each axis, through source
     * coordinates that grow geometrically, so that near distances keep their place and far ones are spread. The three
     * rows of the class token, where there are any, are kept.
     *
     * @param table ((2w-1)^2, heads) or ((2w-1)^2 + 3, heads)
     * @param rows how many rows are wanted, of the same kind
     * @return (rows, heads)
     * @throws IllegalArgumentException if these are not the rows of a square
     */
    public static Tensor relative(Tensor table, long rows) {
        int last = edge(table.size(0)) % 2 == 1 ? 0 : CLASS_ROWS;
        int from = edge(table.size(0) - last);
        int to = edge(rows - last);
        if (from % 2 == 0 || to % 2 == 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a table of %d relative positions cannot become one of %d: both must be the square of an odd number%s",
                    table.size(0),
                    rows,
                    last == 0 ? "" : ", and three for the class token"));
        }
        return Tensors.scoped(() -> {
            try (NoGradGuard guard = new NoGradGuard()) {
                if (from == to) {
                    return table.detach().clone();
                }
                Tensor weights = Tensors.to(
                        NotAKnotSpline.weights(sourceCoordinates(from / 2, to / 2), integers(to / 2)), table.device());
                long heads = table.size(1);
                Tensor maps = Tensors.slice(table, 0, 0, (long) from * from)
                        .to(weights.scalar_type())
                        .reshape(from, from, heads)
                        .permute(2, 0, 1);
                Tensor resized = torch.matmul(torch.matmul(weights, maps), weights.t())
                        .permute(1, 2, 0)
                        .reshape((long) to * to, heads)
                        .to(table.scalar_type());
                return torch.cat(new TensorVector(
                        resized, Tensors.slice(table, 0, (long) from * from, (long) from * from + last)));
            }
        });
    }

    /** 0, +-1, +-(1 + q), +-(1 + q + q^2), ..., with a ratio q by which the last one is that of the target. */
    private static double[] sourceCoordinates(int from, int to) {
        double low = SMALLEST_RATIO;
        double high = LARGEST_RATIO;
        double ratio = low;
        while (high - low > RATIO_TOLERANCE) {
            ratio = (low + high) / 2;
            if ((1 - Math.pow(ratio, from)) / (1 - ratio) > to) {
                high = ratio;
            } else {
                low = ratio;
            }
        }
        double[] coordinates = new double[2 * from + 1];
        double distance = 0;
        for (int i = 1; i <= from; i++) {
            distance += Math.pow(ratio, i - 1);
            coordinates[from + i] = distance;
            coordinates[from - i] = -distance;
        }
        return coordinates;
    }

    private static double[] integers(int largest) {
        double[] integers = new double[2 * largest + 1];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = i - largest;
        }
        return integers;
    }

    /** The edge of a square of so many cells, 0 if there is none. */
    public static int edge(long cells) {
        int edge = (int) Math.round(Math.sqrt((double) Math.max(0, cells)));
        return (long) edge * edge == cells ? edge : 0;
    }
}

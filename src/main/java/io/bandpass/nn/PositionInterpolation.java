package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.Locale;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Interpolation of positions trained at one image size to another (method.md section 7). The number of rows shows
 * whether a table includes a class token.
 */
public final class PositionInterpolation {
    private static final double SMALLEST_RATIO = 1.01;
    private static final double LARGEST_RATIO = 1.5;
    private static final double RATIO_TOLERANCE = 1e-6;
    private static final int CLASS_ROWS = 3;

    private PositionInterpolation() {}

    /**
     * Resizes absolute positions: bicubic (a = -0.75, align_corners false, no antialias). The class token's row, if
     * any, comes first and is kept. Differentiable with respect to the whole table.
     *
     * @param table (1, L, C) or (1, 1 + L, C), L a square number
     * @param rows target number of rows, class token included if the table has one
     * @return (1, rows, C)
     * @throws IllegalArgumentException if the rows do not form a square
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
        return absolute(table, first, from, TokenGrid.square(to));
    }

    private static Tensor absolute(Tensor table, int first, int from, TokenGrid to) {
        return Tensors.scoped(() -> {
            long width = table.size(2);
            Tensor map = Tensors.slice(table, 1, first, table.size(1))
                    .reshape(1, from, from, width) // (1, from, from, C)
                    .permute(0, 3, 1, 2) // (1, C, from, from)
                    .contiguous();
            Tensor resized = torch.upsample_bicubic2d(map, new long[] {to.rows(), to.columns()}, false)
                    .permute(0, 2, 3, 1) // (1, rows, columns, C)
                    .reshape(1, to.tokens(), width); // (1, rows * columns, C)
            return torch.cat(new TensorVector(Tensors.slice(table, 1, 0, first), resized), 1);
        });
    }

    /** Like {@link #absolute}, but returns the table itself if its size already fits. */
    public static Tensor fitting(Tensor table, long rows) {
        return table.size(1) == rows ? table : absolute(table, rows);
    }

    /**
     * Resizes absolute positions to a rectangle, like {@link #absolute(Tensor, long)}; returns the table itself if it
     * is for this grid.
     *
     * @param table (1, L, C) or (1, 1 + L, C), L a square number
     * @return (1, L', C) or (1, 1 + L', C), L' the tokens of the grid
     */
    public static Tensor fitting(Tensor table, TokenGrid grid) {
        int first = edge(table.size(1)) > 0 ? 0 : 1;
        int from = edge(table.size(1) - first);
        return grid.equals(TokenGrid.square(from)) ? table : absolute(table, first, from, grid);
    }

    /**
     * Resizes the table of a {@link RelativePositionBias}: a cubic spline along each axis, through source coordinates
     * with geometrically growing spacing, so that near distances keep their place and far ones are spread. The three rows of the
     * class token, if any, are kept.
     *
     * @param table ((2w-1)^2, heads) or ((2w-1)^2 + 3, heads)
     * @param rows target number of rows, class token included if the table has one
     * @return (rows, heads)
     * @throws IllegalArgumentException if the rows do not form a square
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
                Tensor weights = Tensors.to(distanceWeights(from / 2, to / 2), table.device());
                long heads = table.size(1);
                Tensor maps = Tensors.slice(table, 0, 0, (long) from * from)
                        .to(weights.scalar_type())
                        .reshape(from, from, heads) // (from, from, heads)
                        .permute(2, 0, 1); // (heads, from, from)
                // (heads, to, to) = weights maps weights^T, separable along the two axes
                Tensor resized = torch.matmul(torch.matmul(weights, maps), weights.t())
                        .permute(1, 2, 0) // (to, to, heads)
                        .reshape((long) to * to, heads) // (to^2, heads)
                        .to(table.scalar_type());
                return torch.cat(new TensorVector(
                        resized, Tensors.slice(table, 0, (long) from * from, (long) from * from + last)));
            }
        });
    }

    /**
     * Weights of the spline along one axis of a {@link RelativePositionBias} table.
     *
     * @param from largest distance of the table
     * @param to largest distance wanted, above the table's
     * @return (2 to + 1, 2 from + 1)
     */
    static Tensor distanceWeights(int from, int to) {
        return NotAKnotSpline.weights(sourceCoordinates(from, to), integers(to));
    }

    /**
     * Source coordinates 0, +-1, +-(1 + q), +-(1 + q + q^2), ..., with q such that the last one matches the target's.
     */
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

    /** Returns the edge of a square with this many cells, or 0 if the number is not a square. */
    public static int edge(long cells) {
        int edge = (int) Math.round(Math.sqrt((double) Math.max(0, cells)));
        return (long) edge * edge == cells ? edge : 0;
    }
}

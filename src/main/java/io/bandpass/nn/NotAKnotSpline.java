package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Cubic spline with not-a-knot ends (de Boor, A Practical Guide to Splines, chapter IV): the first two pieces are one
 * polynomial, and so are the last two. The spline is linear in the values, hence expressed as a matrix.
 */
final class NotAKnotSpline {
    /** With fewer knots the two end conditions coincide, and the spline is the polynomial through all knots. */
    private static final int FEWEST_KNOTS = 4;

    private NotAKnotSpline() {}

    /**
     * Computes the weight of each value in the spline at each query.
     *
     * @param knots positions of the values, ascending
     * @param queries positions at which to evaluate; those outside are clamped to the nearest end
     * @return (queries, knots), float64
     */
    static Tensor weights(double[] knots, double[] queries) {
        int n = knots.length;
        double[] weights = new double[queries.length * n];
        double[] curvatures = n < FEWEST_KNOTS ? new double[0] : curvatures(knots);
        for (int i = 0; i < queries.length; i++) {
            double x = Math.max(knots[0], Math.min(knots[n - 1], queries[i]));
            double[] row = n < FEWEST_KNOTS ? polynomial(knots, x) : piece(knots, curvatures, x);
            System.arraycopy(row, 0, weights, i * n, n);
        }
        return Tensor.create(weights, queries.length, n);
    }

    /** Lagrange polynomials at x. */
    private static double[] polynomial(double[] knots, double x) {
        double[] row = new double[knots.length];
        Arrays.fill(row, 1);
        for (int i = 0; i < knots.length; i++) {
            for (int j = 0; j < knots.length; j++) {
                row[i] *= i == j ? 1 : (x - knots[j]) / (knots[i] - knots[j]);
            }
        }
        return row;
    }

    /** Second derivative at each knot as a linear function of the values: n x n, row-major. */
    private static double[] curvatures(double[] knots) {
        int n = knots.length;
        double[] left = new double[n * n];
        double[] right = new double[n * n];
        for (int i = 1; i < n - 1; i++) {
            double before = knots[i] - knots[i - 1];
            double after = knots[i + 1] - knots[i];
            put(left, n, i, i - 1, before, 2 * (before + after), after);
            put(right, n, i, i - 1, 6 / before, -6 / before - 6 / after, 6 / after);
        }
        // The third derivative is continuous at the second and the second-to-last knot.
        double first = knots[1] - knots[0];
        double second = knots[2] - knots[1];
        put(left, n, 0, 0, second, -first - second, first);
        double last = knots[n - 1] - knots[n - 2];
        double lastButOne = knots[n - 2] - knots[n - 3];
        put(left, n, n - 1, n - 3, last, -last - lastButOne, lastButOne);
        try (PointerScope scope = new PointerScope()) {
            return Tensors.toDoubles(torch.linalg_solve(Tensor.create(left, n, n), Tensor.create(right, n, n)));
        }
    }

    private static void put(double[] matrix, int n, int row, int column, double... values) {
        System.arraycopy(values, 0, matrix, row * n + column, values.length);
    }

    /** Weights of the values in the piece that contains x. */
    private static double[] piece(double[] knots, double[] curvatures, double x) {
        int n = knots.length;
        int i = 0;
        while (i < n - 2 && x > knots[i + 1]) {
            i++;
        }
        double step = knots[i + 1] - knots[i];
        double toLeft = (knots[i + 1] - x) / step;
        double toRight = (x - knots[i]) / step;
        double bendLeft = (toLeft * toLeft * toLeft - toLeft) * step * step / 6;
        double bendRight = (toRight * toRight * toRight - toRight) * step * step / 6;
        double[] row = new double[n];
        for (int j = 0; j < n; j++) {
            row[j] = bendLeft * curvatures[i * n + j] + bendRight * curvatures[(i + 1) * n + j];
        }
        row[i] += toLeft;
        row[i + 1] += toRight;
        return row;
    }
}

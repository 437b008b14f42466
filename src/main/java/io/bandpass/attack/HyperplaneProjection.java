package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The shortest way from points to hyperplanes within the unit cube: the smallest d with w (x + d) = b and x + d in [0, 1]
 * (Croce and Hein, ICML 2020, "Minimally distorted adversarial examples", section 2). Where the cube does not reach the
 * hyperplane, d leads to the corner nearest to it.
 *
 * <p>Each element moves in the direction that changes w (x + d) towards b, by at most its room r_i in the cube: by min(t,
 * r_i) in Linf, by |w_i| min(t, r_i / |w_i|) in L2. With breakpoints q_i and slopes m_i, the change of w (x + d) is the
 * sum of m_i min(t, q_i), which grows with t and is linear between two breakpoints: sorting them gives t exactly.
 */
final class HyperplaneProjection {
    private HyperplaneProjection() {}

    /**
     * Projects points.
     *
     * @param points x: (n, D), in [0, 1]
     * @param normals w: (n, D)
     * @param changes b - w x: (n)
     * @return d: (n, D), of the type of the points
     */
    static Tensor of(AttackNorm norm, Tensor points, Tensor normals, Tensor changes) {
        // In float32 the sums over all elements of an image would lose digits.
        Tensor x = points.to(ScalarType.Double);
        Tensor w = normals.to(ScalarType.Double);
        Tensor change = changes.to(ScalarType.Double).unsqueeze(1); // (n, 1)
        Tensor signs = w.mul(change.sign()).sign(); // (n, D)
        Tensor upwards = signs.gt(new Scalar(0.0));
        Tensor room = torch.where(upwards, x.neg().add(new Scalar(1.0)), x);
        Tensor slopes = w.abs();
        Tensor amounts = norm == AttackNorm.LINF
                ? reach(room, slopes, change.abs()).minimum(room)
                : slopes.mul(moved(room, slopes, change.abs()));
        return signs.mul(amounts).to(points.scalar_type());
    }

    /** Returns min(t, r_i / |w_i|) for L2. */
    private static Tensor moved(Tensor room, Tensor weights, Tensor change) {
        Tensor moves = weights.gt(new Scalar(0.0));
        Tensor breakpoints = torch.where(moves, room.div(weights), torch.zeros_like(room));
        return reach(breakpoints, weights.square(), change).minimum(breakpoints);
    }

    /**
     * Solves sum of m_i min(t, q_i) = c for t.
     *
     * @param breakpoints q: (n, D)
     * @param slopes m: (n, D)
     * @param change c: (n, 1), at least 0
     * @return t: (n, 1); infinite where the sum never reaches c
     */
    private static Tensor reach(Tensor breakpoints, Tensor slopes, Tensor change) {
        Tensor order = breakpoints.argsort(1, false);
        Tensor q = breakpoints.gather(1, order);
        Tensor m = slopes.gather(1, order);
        Tensor zero = torch.zeros_like(change);
        // With k elements at their breakpoints: what those contribute, and the slope of the rest; k = 0 to D - 1.
        Tensor reached = torch.cat(new TensorVector(zero, m.mul(q).cumsum(1)), 1); // (n, D + 1)
        Tensor rest = m.flip(1).cumsum(1).flip(1); // (n, D)
        Tensor done = Tensors.slice(reached, 1, 0, q.size(1)); // (n, D)
        Tensor sums = done.add(q.mul(rest)); // at t = q_k
        Tensor index = Tensors.sum(sums.lt(change), 1).unsqueeze(1); // (n, 1): first k whose sum is enough
        Tensor within = index.clamp_max(new Scalar(q.size(1) - 1));
        Tensor t = change.sub(done.gather(1, within)).div(rest.gather(1, within));
        Tensor solved = index.lt(new Scalar(q.size(1)));
        Tensor infinite = torch.full_like(t, new Scalar(Double.POSITIVE_INFINITY));
        // Without any change t = 0, also where all slopes are 0.
        return torch.where(change.eq(new Scalar(0.0)), zero, torch.where(solved, t, infinite));
    }
}

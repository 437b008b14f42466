package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Moves in L2 (Andriushchenko et al., ECCV 2020, section 3.3 and algorithm 3). Every point uses up eps. A query takes the
 * perturbation away from one square and adds as much, in a pattern with two opposite bumps, to another one. The start is
 * a grid of five by five such patterns.
 */
final class SquareMovesL2 implements SquareMoves {
    private static final int GRID = 5;

    /** With a smaller one the pattern has no two bumps. */
    private static final int SMALLEST_SIDE = 3;

    /** Keeps quotients finite. */
    private static final double TINY = 1e-12;

    private static final long[] PIXELS = {-2, -1};
    private static final long[] ALL = {-3, -2, -1};

    private final double eps;
    private final AttackRandom random;

    SquareMovesL2(double eps, AttackRandom random) {
        this.eps = eps;
        this.random = random;
    }

    @Override
    public Tensor start(AttackBatch batch, int attempt) {
        Tensor images = batch.images();
        int height = Math.toIntExact(images.size(2));
        int width = Math.toIntExact(images.size(3));
        int side = Math.max(1, Math.min(height, width) / GRID);
        Tensor perturbation = torch.zeros_like(images);
        long[] keys = batch.keys();
        for (int i = 0; i < keys.length; i++) {
            SplittableRandom draws = random.of(keys[i], attempt);
            for (int row = 0; row < GRID; row++) {
                for (int column = 0; column < GRID; column++) {
                    int top = (height - GRID * side) / 2 + row * side;
                    int left = (width - GRID * side) / 2 + column * side;
                    if (top >= 0 && left >= 0 && top + side <= height && left + side <= width) {
                        SquareMoves.square(perturbation.select(0, i), top, left, side)
                                .copy_(pattern(draws, side, images));
                    }
                }
            }
        }
        return point(images, perturbation);
    }

    @Override
    public int side(double share, long height, long width) {
        long side = Math.max(Math.round(Math.rint(Math.sqrt(share * height * width))), SMALLEST_SIDE);
        // Odd, as published.
        return Math.toIntExact(Math.min(side % 2 == 0 ? side + 1 : side, Math.min(height, width)));
    }

    @Override
    public Change change(Tensor point, Tensor image, long key, int attempt, int query, int side) {
        SplittableRandom draws = random.of(key, attempt, query);
        int tops = SquareMoves.beginnings(point.size(1), side);
        int lefts = SquareMoves.beginnings(point.size(2), side);
        int top = draws.nextInt(tops);
        int left = draws.nextInt(lefts);
        int emptiedTop = draws.nextInt(tops);
        int emptiedLeft = draws.nextInt(lefts);

        Tensor perturbation = point.sub(image);
        Tensor changed = perturbation.clone();
        Tensor square = SquareMoves.square(changed, top, left, side);
        Tensor filled = pattern(draws, side, image).add(unit(square));
        square.zero_();
        SquareMoves.square(changed, emptiedTop, emptiedLeft, side).zero_();
        // Both squares give up theirs, and what clamping to [0, 1] took is shared by the channels: (C, 1, 1).
        double clamped = Math.max(eps * eps - energy(perturbation, ALL).item_double(), 0);
        Tensor free = energy(perturbation, PIXELS)
                .sub(energy(changed, PIXELS))
                .clamp_min(new Scalar(0.0))
                .add(new Scalar(clamped / point.size(0)));
        square.copy_(unit(filled).mul(free.sqrt()));

        Tensor before = point.clone();
        point.copy_(point(image, changed));
        return new Change(point, before);
    }

    /** Returns images plus perturbations of length eps, clamped to [0, 1]. */
    private Tensor point(Tensor images, Tensor perturbations) {
        Tensor lengths = energy(perturbations, ALL).sqrt();
        Tensor points = images.add(perturbations.div(lengths.add(new Scalar(TINY))), new Scalar(eps));
        Ball.toUnit(points);
        return points;
    }

    /** Divides each channel of a square by its length. */
    private static Tensor unit(Tensor square) {
        return square.div(energy(square, PIXELS).sqrt().add(new Scalar(TINY)));
    }

    private static Tensor energy(Tensor maps, long[] axes) {
        return maps.square().sum(axes, true, new ScalarTypeOptional());
    }

    /** Draws a pattern of length 1 with a sign for each channel, upright or lying: (C, side, side). */
    private static Tensor pattern(SplittableRandom draws, int side, Tensor like) {
        int channels = Math.toIntExact(like.size(like.dim() - 3));
        float[] signs = SquareDraws.signs(draws, channels);
        Tensor bumps = Tensors.ofFloats(bumps(side), side, side);
        Tensor turned = draws.nextBoolean() ? bumps.t() : bumps;
        return turned.mul(Tensors.ofFloats(signs, channels, 1, 1)).to(like.device(), like.scalar_type());
    }

    /** Returns the pattern of section 3.3: two bumps of opposite signs and equal energy, one above the other, of length 1. */
    static float[] bumps(int side) {
        float[] values = new float[side * side];
        int upper = side / 2;
        bump(values, 0, upper, side, Math.sqrt(0.5));
        bump(values, upper, side - upper, side, -Math.sqrt(0.5));
        return values;
    }

    /** Sets the values of a bump, which fills some rows: rectangles on each other, the smaller the higher. */
    private static void bump(float[] values, int firstRow, int rows, int columns, double length) {
        double[] heights = new double[rows * columns];
        double energy = 0;
        int outermost = Math.max(rows, columns) / 2;
        for (int i = 0; i < heights.length; i++) {
            int distance = Math.max(Math.abs(i / columns - rows / 2), Math.abs(i % columns - columns / 2));
            for (int ring = distance; ring <= outermost; ring++) {
                heights[i] += 1.0 / ((ring + 1) * (ring + 1));
            }
            energy += heights[i] * heights[i];
        }
        for (int i = 0; i < heights.length; i++) {
            values[firstRow * columns + i] = (float) (length * heights[i] / Math.sqrt(energy));
        }
    }
}

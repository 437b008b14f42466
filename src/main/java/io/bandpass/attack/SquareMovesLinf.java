package io.bandpass.attack;

import io.bandpass.attack.SquareDraws.Placement;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * Moves in Linf (Andriushchenko et al., ECCV 2020, algorithm 2): the start has stripes of one pixel, a query changes all
 * pixels of a square by 2 eps of one sign in each channel.
 */
record SquareMovesLinf(double eps, SquareDraws draws) implements SquareMoves {
    @Override
    public Tensor start(AttackBatch batch, int attempt) {
        Tensor images = batch.images();
        int channels = Math.toIntExact(images.size(1));
        int width = Math.toIntExact(images.size(3));
        long[] keys = batch.keys();
        float[] signs = new float[keys.length * channels * width];
        for (int i = 0; i < keys.length; i++) {
            float[] row = draws.stripes(keys[i], attempt, channels, width);
            System.arraycopy(row, 0, signs, i * row.length, row.length);
        }
        Tensor stripes =
                Tensors.ofFloats(signs, keys.length, channels, 1, width).to(images.device(), images.scalar_type());
        return clamp(images.add(stripes, new Scalar(eps)), images);
    }

    @Override
    public int side(double share, long height, long width) {
        long side = Math.max(Math.round(Math.rint(Math.sqrt(share * height * width))), 1);
        return Math.toIntExact(Math.min(side, Math.min(height, width)));
    }

    @Override
    public Change change(Tensor point, Tensor image, long key, int attempt, int query, int side) {
        int channels = Math.toIntExact(point.size(0));
        int tops = SquareMoves.beginnings(point.size(1), side);
        int lefts = SquareMoves.beginnings(point.size(2), side);
        Placement place = draws.square(key, attempt, query, tops, lefts, channels);
        Tensor square = SquareMoves.square(point, place.top(), place.left(), side);
        Tensor before = square.clone();
        Tensor signs = Tensors.ofFloats(place.signs(), channels, 1, 1).to(point.device(), point.scalar_type());
        square.add_(signs, new Scalar(2 * eps));
        clamp(square, SquareMoves.square(image, place.top(), place.left(), side));
        return new Change(square, before);
    }

    /** Moves values to the ball around those of images, in place. */
    private Tensor clamp(Tensor values, Tensor images) {
        return values.clamp_(
                new TensorOptional(Ball.lowest(images, eps)), new TensorOptional(Ball.highest(images, eps)));
    }
}

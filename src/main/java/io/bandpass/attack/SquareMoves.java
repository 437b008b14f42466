package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Where a square attack starts in its ball, and what a query changes. Used without gradients. */
interface SquareMoves {
    /** Returns the first points: (n, C, H, W), in the ball and in [0, 1]. */
    Tensor start(AttackBatch batch, int attempt);

    /** Returns the edge in pixels of the squares that cover about this share of an image. */
    int side(double share, long height, long width);

    /**
     * Changes a point in place, to another one of the ball.
     *
     * @param point (C, H, W)
     * @param image (C, H, W), the centre of the ball
     * @param key of the image
     * @param query from 0
     */
    Change change(Tensor point, Tensor image, long key, int attempt, int query, int side);

    /** A part of a point, and what was there before. */
    record Change(Tensor part, Tensor before) {
        void undo() {
            part.copy_(before);
        }
    }

    /** Returns in how many places along an axis a square may begin, from 0; as published, never in the last possible one. */
    static int beginnings(long extent, int side) {
        return Math.max(Math.toIntExact(extent) - side, 1);
    }

    /** Returns a view (..., side, side) of a square in maps (..., H, W). */
    static Tensor square(Tensor maps, int top, int left, int side) {
        int rows = Math.toIntExact(maps.dim()) - 2;
        Tensor band = Tensors.slice(maps, rows, top, (long) top + side);
        return Tensors.slice(band, rows + 1, left, (long) left + side);
    }
}

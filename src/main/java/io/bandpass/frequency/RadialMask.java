package io.bandpass.frequency;

import io.bandpass.config.MaskConfig;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Masks of a shape around DC in the centred spectrum (method.md section 1); the paper uses the circle (section 3.2). 1
 * means that the encoder sees the frequency. v and u are the distances from DC in rows and columns. All masks are
 * symmetric under (v, u) -> (-v, -u).
 */
public enum RadialMask {
    /** Keeps {@code v^2 + u^2 < r^2}. */
    CIRCLE {
        @Override
        double rank(double v, double u) {
            return v * v + u * u;
        }

        @Override
        double rankOf(double radius) {
            return radius * radius;
        }
    },
    /** Keeps {@code |v| < r} and {@code |u| < r}. */
    SQUARE {
        @Override
        double rank(double v, double u) {
            return Math.max(Math.abs(v), Math.abs(u));
        }

        @Override
        double rankOf(double radius) {
            return radius;
        }
    },
    /** Keeps {@code |v| + |u| < r}. */
    RHOMBUS {
        @Override
        double rank(double v, double u) {
            return Math.abs(v) + Math.abs(u);
        }

        @Override
        double rankOf(double radius) {
            return radius;
        }
    };

    /** Returns the mask for {@code mask.shape}. */
    public static RadialMask of(MaskConfig.Shape shape) {
        return switch (shape) {
            case CIRCLE -> CIRCLE;
            case SQUARE -> SQUARE;
            case RHOMBUS -> RHOMBUS;
            case COM, RCOM -> throw new IllegalArgumentException(shape + " has no radius");
        };
    }

    /** Increases with the distance of a frequency from DC; exact for integer v and u. */
    abstract double rank(double v, double u);

    /** Smallest rank outside a radius. */
    abstract double rankOf(double radius);

    /**
     * Returns the mask of low frequencies: 0 where {@code radius <= distance < outerRadius}, else 1.
     *
     * @param radius in frequency bins
     * @param outerRadius positive infinity removes everything outside the shape, a finite one only a band
     * @return (H, W), float32, centred, on the CPU
     */
    public Tensor lowPass(int height, int width, double radius, double outerRadius) {
        return mask(height, width, radius, outerRadius, false);
    }

    /** Returns the complement of {@link #lowPass}: the high frequencies, or the band. */
    public Tensor highPass(int height, int width, double radius, double outerRadius) {
        return mask(height, width, radius, outerRadius, true);
    }

    private Tensor mask(int height, int width, double radius, double outerRadius, boolean complement) {
        float[] keep = new float[height * width];
        double from = rankOf(radius);
        double to = rankOf(outerRadius);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                double rank = rank(row - height / 2, column - width / 2);
                boolean removed = from <= rank && rank < to;
                keep[row * width + column] = removed == complement ? 1 : 0;
            }
        }
        return Tensors.ofFloats(keep, height, width);
    }

    /** Rank of every frequency: (H, W), float32, centred, on the CPU. */
    Tensor ranks(int height, int width) {
        float[] ranks = new float[height * width];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                ranks[row * width + column] = (float) rank(row - height / 2, column - width / 2);
            }
        }
        return Tensors.ofFloats(ranks, height, width);
    }
}

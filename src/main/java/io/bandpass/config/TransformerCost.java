package io.bandpass.config;

/** Compute and memory cost of transformer blocks. */
final class TransformerCost {
    private TransformerCost() {}

    /**
     * Multiply-adds of one block: q, k, v and the projection, logits and weighted sum, the two layers of the MLP.
     *
     * @param hidden width inside the MLP
     */
    static double multiplyAdds(double tokens, double width, double hidden) {
        double linear = tokens * width * (4 * width + 2 * hidden);
        double attention = 2 * tokens * tokens * width;
        return linear + attention;
    }

    /** Memory that blocks keep for the backward pass, in bytes of float32. */
    static long activationBytes(long tokens, int width, double mlpRatio, int depth) {
        return (long) (tokens * floatsPerToken(width, mlpRatio) * depth * Float.BYTES);
    }

    /**
     * Floats kept per token of one block: 2 norms in and out, qkv, attention, projections, and the MLP's hidden layer
     * twice.
     */
    static double floatsPerToken(int width, double mlpRatio) {
        return width * (10 + 2 * mlpRatio);
    }
}

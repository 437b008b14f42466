package io.bandpass.config;

/**
 * ViT (method.md section 3).
 *
 * @param patchSize edge of a patch in pixels; also the stride
 * @param width channels of a token
 * @param heads attention heads; a divisor of the width
 * @param mlpRatio ratio of the MLP's hidden width to the width
 * @param positions {@code learned}, {@code sin-cos} (fixed, 2-D) or {@code none}
 * @param relativePosition relative position bias: {@code none}, {@code per-block} (a table in each block) or
 *     {@code shared} (one for all)
 * @param qkvBias whether q and v have a bias (k never has)
 * @param layerScale initial value of layer scale, 0 for none
 * @param dropPath stochastic depth rate of the last block, rising linearly from 0 at the first
 */
@Variant(
        value = "vit",
        summary = "Vision Transformer; learned, sin-cos or relative positions, optional layer scale and drop path")
public record VisionTransformerConfig(
        int imageSize,
        int patchSize,
        int width,
        int depth,
        int heads,
        double mlpRatio,
        Positions positions,
        RelativePosition relativePosition,
        boolean qkvBias,
        double layerScale,
        double dropPath)
        implements EncoderConfig {
    /** Values of {@code encoder.relative-position}. */
    public enum RelativePosition {
        NONE,
        PER_BLOCK,
        SHARED;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Values of {@code encoder.positions}. */
    public enum Positions {
        LEARNED,
        SIN_COS,
        NONE;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    public VisionTransformerConfig {
        Check.positive("encoder.patch-size", patchSize);
        Check.positive("encoder.width", width);
        Check.positive("encoder.depth", depth);
        Check.positive("encoder.heads", heads);
        Check.that(width % heads == 0, "encoder.heads", heads, "a divisor of encoder.width " + width);
        Check.mlpRatio(mlpRatio, "encoder.width", width, Integer.MAX_VALUE);
        Check.that(
                positions != Positions.SIN_COS || width % 4 == 0,
                "encoder.width",
                width,
                "a multiple of 4 for sin-cos positions");
        Check.notNegative("encoder.layer-scale", layerScale);
        Check.that(dropPath >= 0 && dropPath < 1, "encoder.drop-path", dropPath, "from 0 to below 1");
        Check.fits(imageSize, patchSize, "patch size");
        Check.tables(
                positions == Positions.NONE ? 0 : Math.pow(imageSize / (double) patchSize, 2) * width * Float.BYTES,
                "of positions (encoder.width " + width + ")",
                imageSize,
                patchSize);
        Check.tables(
                tableBytes(imageSize / patchSize, relativePosition, depth),
                "of relative positions (encoder.relative-position " + relativePosition + ")",
                imageSize,
                patchSize);
    }

    /** An 8-byte row index per pair of tokens, class token included. */
    private static double tableBytes(int grid, RelativePosition relativePosition, int depth) {
        double tables = switch (relativePosition) {
            case NONE -> 0;
            case SHARED -> 1;
            case PER_BLOCK -> depth;
        };
        return tables * Math.pow(1 + (double) grid * grid, 2) * Long.BYTES;
    }

    @Override
    public double tableBytes() {
        return tableBytes(imageSize / patchSize, relativePosition, depth);
    }

    @Override
    public double matrixWeights() {
        double hidden = Math.floor(width * mlpRatio);
        return 3.0 * patchSize * patchSize * width + depth * (double) width * (4.0 * width + 2 * hidden);
    }

    @Override
    public long blocks() {
        return depth;
    }

    /** Creates a ViT without a relative position bias. */
    public VisionTransformerConfig(
            int imageSize,
            int patchSize,
            int width,
            int depth,
            int heads,
            double mlpRatio,
            Positions positions,
            boolean qkvBias,
            double layerScale,
            double dropPath) {
        this(
                imageSize,
                patchSize,
                width,
                depth,
                heads,
                mlpRatio,
                positions,
                RelativePosition.NONE,
                qkvBias,
                layerScale,
                dropPath);
    }

    @Override
    public int stride() {
        return patchSize;
    }

    @Override
    public long activationBytesPerImage() {
        long grid = imageSize / patchSize;
        double perToken = TransformerCost.floatsPerToken(width, mlpRatio);
        // A trained bias rules out fused attention kernels, so logits and their softmax are kept.
        perToken += relativePosition == RelativePosition.NONE ? 0 : 2.0 * heads * (1 + grid * grid);
        return (long) ((1 + grid * grid) * perToken * depth * Float.BYTES);
    }

    @Override
    public double multiplyAddsPerImage() {
        double grid = imageSize / (double) patchSize;
        return multiplyAdds(1 + grid * grid);
    }

    /** Multiply-adds if the blocks see this many tokens; all patches are embedded. */
    double multiplyAdds(double tokens) {
        double grid = imageSize / (double) patchSize;
        double embedding = grid * grid * 3 * patchSize * patchSize * width;
        return embedding + depth * TransformerCost.multiplyAdds(tokens, width, Math.floor(width * mlpRatio));
    }

    @Override
    public VisionTransformerConfig withImageSize(int size) {
        return new VisionTransformerConfig(
                size,
                patchSize,
                width,
                depth,
                heads,
                mlpRatio,
                positions,
                relativePosition,
                qkvBias,
                layerScale,
                dropPath);
    }
}

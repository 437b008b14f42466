package io.bandpass.config;

/**
 * ViT (method.md section 3).
 *
 * @param patchSize edge of a patch in pixels; also the stride
 * @param width channels of a token
 * @param heads attention heads; divides the width
 * @param mlpRatio hidden width of the MLP over the width
 * @param positions {@code learned} or {@code sin-cos} (fixed, 2-D)
 * @param qkvBias whether q and v have a bias (k never has)
 * @param layerScale initial value of gamma_1 and gamma_2, 0 for none
 * @param dropPath stochastic depth rate of the last block, rising linearly from 0 at the first
 */
public record VisionTransformerConfig(
        int imageSize,
        int patchSize,
        int width,
        int depth,
        int heads,
        double mlpRatio,
        String positions,
        boolean qkvBias,
        double layerScale,
        double dropPath)
        implements EncoderConfig {
    @Override
    public int stride() {
        return patchSize;
    }

    @Override
    public VisionTransformerConfig withImageSize(int size) {
        return new VisionTransformerConfig(
                size, patchSize, width, depth, heads, mlpRatio, positions, qkvBias, layerScale, dropPath);
    }
}

package io.bandpass.config;

import java.util.List;

/**
 * ResNet (method.md section 3).
 *
 * @param block {@code basic} (two 3x3) or {@code bottleneck} (1x1, 3x3 with the stride, 1x1)
 * @param stages blocks per stage
 * @param widths output channels per stage
 * @param bottleneckWidths channels inside the bottleneck per stage; empty for basic blocks
 * @param stemWidth channels after the first convolution
 * @param stemKernel edge of the first convolution
 * @param stemStride stride of the first convolution, 1 or 2
 * @param maxPool whether a 3x3 max-pool of stride 2 follows the stem
 */
public record ResNetConfig(
        int imageSize,
        String block,
        List<Integer> stages,
        List<Integer> widths,
        List<Integer> bottleneckWidths,
        int stemWidth,
        int stemKernel,
        int stemStride,
        boolean maxPool)
        implements EncoderConfig {
    @Override
    public int stride() {
        return stemStride * (maxPool ? 2 : 1) * (1 << (stages.size() - 1));
    }

    @Override
    public ResNetConfig withImageSize(int size) {
        return new ResNetConfig(
                size, block, stages, widths, bottleneckWidths, stemWidth, stemKernel, stemStride, maxPool);
    }
}

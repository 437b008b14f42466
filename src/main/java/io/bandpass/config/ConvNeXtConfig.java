package io.bandpass.config;

import java.util.List;

/**
 * ConvNeXt (Liu et al., CVPR 2022, appendix A.3 for the variants).
 *
 * @param stemPatch kernel and stride of the first convolution: 4 in the paper, 2 for small images
 * @param depths blocks per stage
 * @param widths channels per stage
 * @param layerScale initial value of layer scale, 0 for none
 * @param dropPath stochastic depth rate of the last block, rising linearly from 0 at the first
 */
@Variant(value = "convnext", summary = "ConvNeXt; depthwise convolutions in blocks like those of a transformer")
public record ConvNeXtConfig(
        int imageSize, int stemPatch, List<Integer> depths, List<Integer> widths, double layerScale, double dropPath)
        implements EncoderConfig {
    private static final int LARGEST_PATCH = 1 << 20;

    public ConvNeXtConfig {
        depths = List.copyOf(depths);
        widths = List.copyOf(widths);
        Check.that(
                stemPatch > 0 && stemPatch <= LARGEST_PATCH,
                "encoder.stem-patch",
                stemPatch,
                "a whole number from 1 to " + LARGEST_PATCH);
        Check.that(
                !depths.isEmpty() && depths.size() <= 8 && depths.stream().allMatch(count -> count > 0),
                "encoder.depths",
                depths,
                "one to eight whole numbers above 0");
        Check.that(
                widths.size() == depths.size() && widths.stream().allMatch(width -> width > 0),
                "encoder.widths",
                widths,
                "one width above 0 for each of the " + depths.size() + " stages");
        Check.notNegative("encoder.layer-scale", layerScale);
        Check.that(dropPath >= 0 && dropPath < 1, "encoder.drop-path", dropPath, "from 0 to below 1");
        Check.fits(imageSize, stemPatch << (depths.size() - 1), "stride");
    }

    @Override
    public double matrixWeights() {
        double sum = 3.0 * stemPatch * stemPatch * widths.get(0);
        for (int stage = 0; stage < depths.size(); stage++) {
            double width = widths.get(stage);
            sum += stage == 0 ? 0 : 4 * widths.get(stage - 1) * width;
            sum += depths.get(stage) * width * (7 * 7 + 8 * width);
        }
        return sum;
    }

    @Override
    public long blocks() {
        return depths.stream().mapToLong(Integer::longValue).sum();
    }

    @Override
    public int stride() {
        return stemPatch << (depths.size() - 1);
    }

    @Override
    public int width() {
        return widths.get(widths.size() - 1);
    }

    /** Pixels of a stage's map. */
    private long pixels(int stage) {
        long edge = (imageSize / stemPatch) >> stage;
        return edge * edge;
    }

    @Override
    public long activationBytesPerImage() {
        long floats = 0;
        for (int stage = 0; stage < depths.size(); stage++) {
            // Per block: convolution, norm, the MLP's hidden layer twice and its output, scaled and summed.
            floats += depths.get(stage) * pixels(stage) * widths.get(stage) * 13;
        }
        return floats * Float.BYTES;
    }

    @Override
    public double multiplyAddsPerImage() {
        double sum = 3.0 * imageSize * imageSize * widths.get(0);
        for (int stage = 0; stage < depths.size(); stage++) {
            double width = widths.get(stage);
            // Between stages a 2x2 convolution; in each block a 7x7 depthwise convolution and an MLP of four times the
            // width.
            sum += stage == 0 ? 0 : pixels(stage) * 4 * widths.get(stage - 1) * width;
            sum += depths.get(stage) * pixels(stage) * width * (7 * 7 + 8 * width);
        }
        return sum;
    }

    @Override
    public ConvNeXtConfig withImageSize(int size) {
        return new ConvNeXtConfig(size, stemPatch, depths, widths, layerScale, dropPath);
    }
}

package io.bandpass.config;

import java.util.List;
import java.util.OptionalLong;

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
@Variant(value = "resnet", summary = "ResNet; basic or bottleneck blocks, stem for small or large images")
public record ResNetConfig(
        int imageSize,
        Block block,
        List<Integer> stages,
        List<Integer> widths,
        List<Integer> bottleneckWidths,
        int stemWidth,
        int stemKernel,
        int stemStride,
        boolean maxPool)
        implements EncoderConfig {
    /** Values of {@code encoder.block}. */
    public enum Block {
        BASIC,
        BOTTLENECK;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    public ResNetConfig {
        stages = List.copyOf(stages);
        widths = List.copyOf(widths);
        bottleneckWidths = List.copyOf(bottleneckWidths);
        Check.that(
                !stages.isEmpty() && stages.size() <= 8 && stages.stream().allMatch(count -> count > 0),
                "encoder.stages",
                stages,
                "one to eight whole numbers above 0");
        Check.that(
                widths.size() == stages.size() && widths.stream().allMatch(width -> width > 0),
                "encoder.widths",
                widths,
                "one width above 0 for each of the " + stages.size() + " stages");
        boolean bottleneck = block == Block.BOTTLENECK;
        Check.that(
                bottleneckWidths.size() == (bottleneck ? stages.size() : 0)
                        && bottleneckWidths.stream().allMatch(width -> width > 0),
                "encoder.bottleneck-widths",
                bottleneckWidths,
                bottleneck ? "one width above 0 for each of the " + stages.size() + " stages" : "[] for basic blocks");
        Check.positive("encoder.stem-width", stemWidth);
        Check.that(stemKernel > 0 && stemKernel % 2 == 1, "encoder.stem-kernel", stemKernel, "an odd number above 0");
        Check.that(stemStride == 1 || stemStride == 2, "encoder.stem-stride", stemStride, "1 or 2");
        Check.fits(imageSize, stemStride * (maxPool ? 2 : 1) * (1 << (stages.size() - 1)), "stride");
    }

    @Override
    public double matrixWeights() {
        double sum = 3.0 * stemKernel * stemKernel * stemWidth;
        double inputs = stemWidth;
        for (int stage = 0; stage < stages.size(); stage++) {
            double outputs = widths.get(stage);
            // Equal to the multiply-adds of a block with one-pixel maps.
            sum += block(stage, inputs, 1, 1) + (stage > 0 || inputs != outputs ? inputs * outputs : 0);
            sum += (stages.get(stage) - 1) * block(stage, outputs, 1, 1);
            inputs = outputs;
        }
        return sum;
    }

    @Override
    public long blocks() {
        return stages.stream().mapToLong(Integer::longValue).sum();
    }

    @Override
    public int stride() {
        return stemStride * (maxPool ? 2 : 1) * (1 << (stages.size() - 1));
    }

    @Override
    public long activationBytesPerImage() {
        long edge = imageSize / stemStride;
        long floats = 3 * edge * edge * stemWidth;
        edge /= maxPool ? 2 : 1;
        for (int stage = 0; stage < stages.size(); stage++) {
            edge /= stage > 0 ? 2 : 1;
            // Each convolution keeps its output and those of its norm and ReLU.
            long inner = block == Block.BASIC ? widths.get(stage) : 2L * bottleneckWidths.get(stage);
            floats += stages.get(stage) * 3 * edge * edge * (inner + widths.get(stage));
        }
        return floats * Float.BYTES;
    }

    @Override
    public int width() {
        return widths.get(widths.size() - 1);
    }

    @Override
    public double multiplyAddsPerImage() {
        long edge = imageSize / stemStride;
        double sum = (double) edge * edge * 3 * stemKernel * stemKernel * stemWidth;
        edge /= maxPool ? 2 : 1;
        double inputs = stemWidth;
        for (int stage = 0; stage < stages.size(); stage++) {
            double before = (double) edge * edge;
            edge /= stage > 0 ? 2 : 1;
            double after = (double) edge * edge;
            double outputs = widths.get(stage);
            boolean shortcutChanges = stage > 0 || inputs != outputs;
            sum += block(stage, inputs, before, after) + (shortcutChanges ? after * inputs * outputs : 0);
            sum += (stages.get(stage) - 1) * block(stage, outputs, after, after);
            inputs = outputs;
        }
        return sum;
    }

    /**
     * Multiply-adds of a block's convolutions, without its shortcut.
     *
     * @param before pixels before the block's stride
     * @param after pixels after it
     */
    private double block(int stage, double inputs, double before, double after) {
        double outputs = widths.get(stage);
        if (block == Block.BASIC) {
            return 9 * after * (inputs * outputs + outputs * outputs);
        }
        double inner = bottleneckWidths.get(stage);
        return before * inputs * inner + after * (9 * inner * inner + inner * outputs);
    }

    /** Number of cells of the last map. */
    @Override
    public OptionalLong batchNormValuesPerImage() {
        long edge = imageSize / stride();
        return OptionalLong.of(edge * edge);
    }

    @Override
    public ResNetConfig withImageSize(int size) {
        return new ResNetConfig(
                size, block, stages, widths, bottleneckWidths, stemWidth, stemKernel, stemStride, maxPool);
    }
}

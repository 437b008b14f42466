package io.bandpass.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * SimMIM (Xie et al., CVPR 2022): random square blocks are masked, and their pixels predicted.
 *
 * @param blockSize edge of a block in pixels: a multiple of the encoder's patch size and a divisor of the image
 *     size
 * @param maskRatio share of masked blocks, rounded up to whole blocks
 */
@Variant(value = "simmim", summary = "SimMIM: the pixels of masked blocks are predicted; any encoder")
public record SimMimConfig(int blockSize, double maskRatio) implements TaskConfig {
    private static final double PUBLISHED_SHARE = 32.0 / 224;

    public SimMimConfig {
        Check.positive("task.block-size", blockSize);
        Check.that(maskRatio > 0 && maskRatio < 1, "task.mask-ratio", maskRatio, "above 0 and below 1");
    }

    @Override
    public void check(EncoderConfig encoder, DecoderConfig decoder) {
        int size = encoder.imageSize();
        int patch = patchSize(encoder);
        List<Integer> fitting = fitting(encoder);
        if (fitting.isEmpty()) {
            throw new ConfigException(
                    "task.type simmim needs an image of more than one patch, but encoder.image-size is " + size
                            + " and a patch has " + patch + " px");
        }
        Check.that(
                fitting.contains(blockSize),
                "task.block-size",
                blockSize,
                (fitting.size() == 1 ? "" : "one of ")
                        + fitting.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + " for images of " + size + " px" + (patch == 1 ? "" : " and patches of " + patch + " px"));
        Check.that(
                masked(size) < blocks(size),
                "task.mask-ratio",
                maskRatio,
                "lower, or task.block-size smaller: all " + blocks(size) + " blocks of " + blockSize
                        + " px would be masked");
    }

    /** Returns the block sizes that are multiples of the encoder's patch size and divisors of its image size. */
    private static List<Integer> fitting(EncoderConfig encoder) {
        int size = encoder.imageSize();
        int patch = patchSize(encoder);
        return IntStream.range(1, size)
                .filter(block -> block % patch == 0 && size % block == 0)
                .boxed()
                .toList();
    }

    /**
     * Returns the valid block size for this encoder nearest to the published share of an image, 32 of 224 px; empty if
     * its images are a single patch.
     */
    public static OptionalInt publishedBlockSize(EncoderConfig encoder) {
        return nearestBlockSize(encoder, PUBLISHED_SHARE * encoder.imageSize());
    }

    /**
     * Returns the valid block size for this encoder nearest to a size in pixels; empty if its images are a single
     * patch.
     */
    static OptionalInt nearestBlockSize(EncoderConfig encoder, double target) {
        return fitting(encoder).stream()
                .min(Comparator.comparingDouble(block -> Math.abs(block - target)))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    /** Patch size of an encoder; 1 for encoders without patches, in which any pixel can be masked. */
    private static int patchSize(EncoderConfig encoder) {
        if (encoder instanceof VisionTransformerConfig vit) {
            return vit.patchSize();
        }
        return encoder instanceof SwinTransformerConfig swin ? swin.patchSize() : 1;
    }

    /** Number of blocks in an image. */
    public int blocks(int imageSize) {
        int edge = imageSize / blockSize;
        return edge * edge;
    }

    /** Number of masked blocks in an image. */
    public int masked(int imageSize) {
        return (int) Math.ceil(blocks(imageSize) * maskRatio);
    }

    @Override
    public boolean usesLoss() {
        return false;
    }

    @Override
    public String describe(PretrainingConfig config) {
        int size = config.encoder().imageSize();
        return String.format(
                Locale.ROOT,
                "SimMIM, %d of %d blocks of %d px masked, their pixels predicted",
                masked(size),
                blocks(size),
                blockSize);
    }

    @Override
    public String introduction() {
        return "Pre-training by SimMIM: random blocks of each image were masked, and an encoder learned to predict their"
                + " pixels.";
    }

    @Override
    public String pictures() {
        return "Each image with the blocks masked that it lost in the first epoch. “Combined” takes the masked pixels from"
                + " the reconstruction and the others from the image; what the reconstruction shows of the others was never"
                + " trained. Below each image stands its spectrum, bright where there is much of a frequency.";
    }
}

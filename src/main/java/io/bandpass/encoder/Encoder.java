package io.bandpass.encoder;

import io.bandpass.config.EncoderConfig;
import io.bandpass.nn.BlockChain;
import io.bandpass.nn.Layer;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** An image encoder whose output is a feature map: the common interface of ViTs and CNNs. */
public abstract class Encoder extends Layer {
    /** Additional image sizes, registered with {@link #alsoTake}. */
    private final Set<Integer> smallerSizes = new TreeSet<>();

    /** Configuration of this encoder. */
    public abstract EncoderConfig config();

    /** Channels C of the feature map. */
    public final int width() {
        return config().width();
    }

    /** Image pixels per cell of the feature map, along each axis. */
    public final int stride() {
        return config().stride();
    }

    /**
     * Whether the gradients of the images alone, as attacks take them, are computed faster on contiguous maps than on
     * channels-last ones (docs/performance.md).
     */
    public boolean attacksContiguousMaps() {
        return false;
    }

    /** Name of the linear layer of timm's classifier with this encoder. */
    public abstract String headName();

    /** One more than the number of blocks: the largest layer number of {@link io.bandpass.nn.Parameter#depth()}. */
    public abstract int depth();

    /**
     * Blocks of {@link #forward}, each taking the result of the one before; the first takes the images. Only that
     * result is alive between two blocks, so activation checkpointing splits the computation there.
     */
    public abstract List<UnaryOperator<Tensor>> blocks();

    /**
     * Levels at which feature maps can be read: after each block of a ViT; after each stage of the other families,
     * before the downsampling of the next one.
     */
    public abstract List<FeatureLevel> levels();

    /**
     * Blocks whose results are read at {@link #levels()}, for images of one size; further blocks may follow.
     *
     * @param height of the images in pixels
     * @param width of the images in pixels
     */
    List<UnaryOperator<Tensor>> levelBlocks(long height, long width) {
        return blocks();
    }

    /**
     * Maps the result of a level's block to a feature map (N, C, H/s, W/s).
     *
     * @param height H, of the images
     * @param width W, of the images
     */
    abstract Tensor map(Tensor result, long height, long width);

    /** Removes the norm behind the last block, which belongs to no level; the encoder then ends without one. */
    abstract void leaveOutFinalNorm();

    /**
     * Blocks and outputs of {@link #intermediates}, up to the last requested level.
     *
     * @param levels indices into {@link #levels()}, ascending, from 0
     * @param height of the images in pixels
     * @param width of the images in pixels
     * @throws IllegalArgumentException if there is no such level
     */
    public final BlockChain intermediateBlocks(List<Integer> levels, long height, long width) {
        int count = levels().size();
        if (levels.isEmpty() || levels.stream().anyMatch(level -> level < 0 || level >= count)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "levels %s asked for, but this encoder has levels 0 to %d", levels, count - 1));
        }
        List<BlockChain.Output> outputs = levels.stream()
                .map(level -> new BlockChain.Output(levels().get(level).block(), result -> map(result, height, width)))
                .toList();
        int last = outputs.get(outputs.size() - 1).block();
        return new BlockChain(levelBlocks(height, width).subList(0, last + 1), outputs);
    }

    /**
     * Returns feature maps of several levels in one pass, for the feature pyramid of a dense head; timm calls this
     * {@code forward_intermediates}. The final norm, which belongs to the last map only, is not applied.
     *
     * @param images normalised images (N, 3, H, W), as in {@link #forward}; of other sizes for {@link Encoders#dense}
     * @param levels indices into {@link #levels()}, ascending, from 0
     * @return a map (N, C, H/s, W/s) per level, with the level's width C and stride s; where s does not divide the size
     *     of an image, Swin rounds up, a ResNet too, and ConvNeXt down
     * @throws IllegalArgumentException if there is no such level
     */
    public final List<Tensor> intermediates(Tensor images, List<Integer> levels) {
        return intermediateBlocks(levels, images.size(2), images.size(3)).forward(images);
    }

    /**
     * Encodes a batch.
     *
     * @param images normalised images (N, 3, H, W), float32, H and W multiples of {@link #stride()}
     * @return feature map (N, C, H/s, W/s) after the final norm, without the class token
     */
    public final Tensor forward(Tensor images) {
        return BlockChain.forward(blocks(), images);
    }

    /**
     * Adds support for images smaller than the encoder's own size, as used by a curriculum (method.md section 10). Call
     * it before moving the encoder to a device.
     *
     * @param imageSize edge in pixels
     * @throws io.bandpass.config.ConfigException if the encoder has no feature map for this image size
     */
    public final void alsoTake(int imageSize) {
        if (imageSize > config().imageSize()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "an encoder for images of %d px does not take larger ones of %d px",
                    config().imageSize(),
                    imageSize));
        }
        prepare(config().withImageSize(imageSize));
        smallerSizes.add(imageSize);
    }

    /**
     * Creates the constants for an image size; does nothing in encoders that accept any size.
     *
     * @param smaller the configuration of this encoder for the other size
     */
    void prepare(EncoderConfig smaller) {}

    /** Rejects images of a size without positions. */
    final void checkSize(String kind, Tensor images) {
        long edge = images.size(2);
        int size = config().imageSize();
        boolean known = edge == size || smallerSizes.contains((int) edge);
        if (!known || images.size(3) != edge) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "this %s takes images of %d x %d pixels%s, not %d x %d",
                    kind,
                    size,
                    size,
                    smallerSizes.isEmpty() ? "" : " or squares of one of " + smallerSizes,
                    images.size(3),
                    edge));
        }
    }

    /** Rejects images whose edges are not multiples of the stride. */
    final void checkMultiple(String kind, Tensor images) {
        if (images.size(2) % stride() != 0 || images.size(3) % stride() != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "this %s takes images whose edges are multiples of %d pixels, not %d x %d",
                    kind,
                    stride(),
                    images.size(3),
                    images.size(2)));
        }
    }

    /**
     * Returns one vector per image: the mean over the feature map.
     *
     * @param images normalised images (N, 3, H, W)
     * @return features (N, C)
     */
    public final Tensor features(Tensor images) {
        return Tensors.mean(forward(images), 2, 3);
    }
}

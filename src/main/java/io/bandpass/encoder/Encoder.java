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

/** An image encoder whose output is a map of features. ViT and CNN look alike from here on. */
public abstract class Encoder extends Layer {
    /** Beside its own, what it was told to take too. */
    private final Set<Integer> smallerSizes = new TreeSet<>();

    /** What this encoder was made from. */
    public abstract EncoderConfig config();

    /** Channels C of the feature map. */
    public final int width() {
        return config().width();
    }

    /** Image pixels per cell of the feature map, along each axis. */
    public final int stride() {
        return config().stride();
    }

    /** What timm calls the linear layer of a classifier behind this encoder. */
    public abstract String headName();

    /** One more than the number of blocks: the largest layer number of {@link io.bandpass.nn.Parameter#depth()}. */
    public abstract int depth();

    /**
     * The computation of {@link #forward} as blocks, each of which takes what the one before it returned; the first takes
     * the images. Only that is alive between two blocks, so this is where activation checkpointing cuts.
     */
    public abstract List<UnaryOperator<Tensor>> blocks();

    /**
     * The levels at which feature maps can be read: after each block of a ViT, after each stage of the other families,
     * before the downsampling of the next one.
     */
    public abstract List<FeatureLevel> levels();

    /** What a block returned, to a feature map (N, C, H/s, W/s). */
    abstract Tensor map(Tensor result);

    /**
     * The computation of {@link #intermediates}, which ends with the last level that is asked for.
     *
     * @param levels numbers of {@link #levels()}, ascending, from 0
     * @throws IllegalArgumentException if there is no such level
     */
    public final BlockChain intermediateBlocks(List<Integer> levels) {
        int count = levels().size();
        if (levels.isEmpty() || levels.stream().anyMatch(level -> level < 0 || level >= count)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "levels %s asked for, but this encoder has levels 0 to %d", levels, count - 1));
        }
        List<BlockChain.Output> outputs = levels.stream()
                .map(level -> new BlockChain.Output(levels().get(level).block(), this::map))
                .toList();
        int last = outputs.get(outputs.size() - 1).block();
        return new BlockChain(blocks().subList(0, last + 1), outputs);
    }

    /**
     * Feature maps of chosen levels in one pass, without the final norm, which belongs to the last map alone: what the
     * pyramid of a dense head takes, and timm calls {@code forward_intermediates}.
     *
     * @param images normalised images (N, 3, H, W), as {@link #forward} takes them
     * @param levels numbers of {@link #levels()}, ascending, from 0
     * @return a map (N, C, H/s, W/s) for each, with the width C and the stride s of its level
     * @throws IllegalArgumentException if there is no such level
     */
    public final List<Tensor> intermediates(Tensor images, List<Integer> levels) {
        return intermediateBlocks(levels).forward(images);
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
     * Takes smaller images beside those of its own size, as a curriculum trains on them (method.md section 10). To be
     * told before the encoder is moved to a device.
     *
     * @param imageSize edge in pixels
     * @throws io.bandpass.config.ConfigException if the encoder has no map of such images
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
     * Makes what is fixed for a size of image; nothing where any size is taken.
     *
     * @param smaller the configuration of this encoder for the other size
     */
    void prepare(EncoderConfig smaller) {}

    /** Refuses images of another size than those for which positions are known. */
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

    /**
     * One vector per image: the mean over the feature map.
     *
     * @param images normalised images (N, 3, H, W)
     * @return features (N, C)
     */
    public final Tensor features(Tensor images) {
        return Tensors.mean(forward(images), 2, 3);
    }
}

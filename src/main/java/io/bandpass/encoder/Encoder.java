package io.bandpass.encoder;

import io.bandpass.config.EncoderConfig;
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
     * The computation of {@link #forward} as a chain: each part takes what the one before gave, the first the images.
     * Between two parts nothing lives but what is handed on, so this is where activations can be dropped.
     */
    public abstract List<UnaryOperator<Tensor>> segments();

    /**
     * Encodes a batch.
     *
     * @param images normalised images (N, 3, H, W), float32, H and W multiples of {@link #stride()}
     * @return feature map (N, C, H/s, W/s) after the final norm, without the class token
     */
    public final Tensor forward(Tensor images) {
        return chain(segments(), images);
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
     * The layer number of a parameter in an encoder with stages: blocks are counted through all stages, and what stands
     * between two stages counts with the last block of the first one.
     *
     * @param name of which the second part is the stage, from 0, as in {@code layers.1.blocks.0.norm1.weight}
     */
    static int depthInStage(List<Integer> depths, String name) {
        String[] parts = name.split("\\.", -1);
        int before = blocks(depths.subList(0, Integer.parseInt(parts[1])));
        return parts[2].equals("blocks") ? before + Integer.parseInt(parts[3]) + 1 : before;
    }

    /** Blocks of all stages together. */
    static int blocks(List<Integer> depths) {
        return depths.stream().mapToInt(Integer::intValue).sum();
    }

    /** Segments one after the other, each in a scope of its own. */
    public static Tensor chain(List<UnaryOperator<Tensor>> segments, Tensor input) {
        Tensor x = input;
        for (UnaryOperator<Tensor> segment : segments) {
            Tensor before = x;
            x = Tensors.scoped(() -> segment.apply(before));
        }
        return x;
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

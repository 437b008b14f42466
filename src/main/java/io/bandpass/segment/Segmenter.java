package io.bandpass.segment;

import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.UperNetConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.encoder.ConvNeXt;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.encoder.FeatureLevel;
import io.bandpass.encoder.SwinTransformer;
import io.bandpass.nn.BlockChain;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.LayerNorm2d;
import io.bandpass.nn.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/**
 * A segmentation model: an encoder, a neck that makes a pyramid of its feature maps, UperNet's head, and an auxiliary
 * head for training. The encoder's parameters have timm's names, without a final norm, those of the heads
 * mmsegmentation's, those of a ViT's neck BEiT's.
 *
 * <p>A ViT's maps are resized to the scales of the configuration ({@link PyramidBranch}). The maps of Swin and ConvNeXt
 * get a norm each, {@code norm0} to {@code norm3}, as in their authors' segmentation models. ResNet has no neck.
 */
public final class Segmenter extends Layer {
    private static final double CLASSIFIER_STD = 0.01;
    private static final String HEAD = "decode_head";
    private static final String AUXILIARY = "auxiliary_head";
    private static final Pattern BEHIND_ENCODER =
            Pattern.compile("(" + HEAD + "|" + AUXILIARY + "|fpn[1-4]|norm[0-3])\\..*");

    private final Encoder encoder;
    private final int classes;
    /** The encoder's level of each of the four maps; small encoders have fewer levels and repeat some. */
    private final List<Integer> levels;

    private final List<UnaryOperator<Tensor>> neck = new ArrayList<>();
    private final UperNetHead head;
    private final Optional<FcnHead> auxiliary;
    private final int auxiliaryLevel;
    /** Patches of a ViT along an edge of which every scale leaves a cell. */
    private final long fewestPatches;

    /**
     * Creates a model on the CPU with newly initialised weights.
     *
     * @param encoderConfig whose image size is that of its position tables; the model takes images of any size, with a
     *     ViT multiples of its patch
     * @param seed determines each parameter, together with its name
     * @throws ConfigException if the encoder has no such levels, or its maps are too small for the scales
     */
    public Segmenter(EncoderConfig encoderConfig, UperNetConfig config, int classes, long seed) {
        this.classes = classes;
        encoder = unnamed(Encoders.dense(encoderConfig, seed));
        levels = levels(encoder, config);
        List<Integer> widths = levels.stream()
                .map(level -> encoder.levels().get(level))
                .map(FeatureLevel::width)
                .toList();
        for (int i = 0; i < levels.size(); i++) {
            neck.add(branch(i, widths.get(i), config, seed));
        }
        head = child(
                HEAD,
                new UperNetHead(widths, config.widthFor(encoderConfig), classes, config.norm(), config.dropout()));
        auxiliaryLevel = config.auxiliaryLevel();
        fewestPatches = Math.max(1, Math.round(1 / Collections.min(config.scales())));
        auxiliary = config.hasAuxiliary()
                ? Optional.of(child(
                        AUXILIARY,
                        new FcnHead(
                                widths.get(auxiliaryLevel),
                                config.auxiliaryWidth(),
                                classes,
                                config.norm(),
                                config.dropout())))
                : Optional.empty();
        initialiseHeads(seed);
        head.channelsLast();
        auxiliary.ifPresent(Layer::channelsLast);
    }

    /** Returns the level of each map: the configured ones, or those of {@link UperNetConfig#levels()} by default. */
    private static List<Integer> levels(Encoder encoder, UperNetConfig config) {
        int count = encoder.levels().size();
        if (config.levels().isEmpty()) {
            return encoder.config() instanceof VisionTransformerConfig
                    ? List.of(part(count, 1.0 / 3), part(count, 1.0 / 2), part(count, 2.0 / 3), count - 1)
                    : lastFour(count);
        }
        List<Integer> chosen = config.levels();
        boolean ascending = chosen.stream().sorted().toList().equals(chosen);
        if (!ascending || chosen.get(0) < 0 || chosen.get(chosen.size() - 1) >= count) {
            throw new ConfigException("head.levels is " + chosen + ", but must be ascending numbers from 0 to "
                    + (count - 1) + ", the levels of this encoder");
        }
        return chosen;
    }

    /** Number, from 0, of the block that ends a part of all blocks. */
    private static int part(int count, double share) {
        return (int) Math.max(1, Math.round(count * share)) - 1;
    }

    private static List<Integer> lastFour(int count) {
        List<Integer> last = new ArrayList<>();
        for (int i = 0; i < UperNetConfig.LEVELS; i++) {
            last.add(Math.min(Math.max(0, count - UperNetConfig.LEVELS) + i, count - 1));
        }
        return last;
    }

    private UnaryOperator<Tensor> branch(int number, int width, UperNetConfig config, long seed) {
        if (encoder.config() instanceof VisionTransformerConfig vit) {
            double scale = config.scales().get(number);
            int grid = vit.imageSize() / vit.patchSize();
            if (grid * scale < 1) {
                throw new ConfigException("head.scales has " + scale + ", which leaves nothing of a map of " + grid
                        + " x " + grid + " patches: it must be at least 1 / " + grid);
            }
            String name = "fpn" + (number + 1);
            return child(name, new PyramidBranch(width, scale, config.norm(), name, seed))::forward;
        }
        if (encoder instanceof SwinTransformer) {
            return child("norm" + number, levelNorm(width, SwinTransformer.EPSILON))::forward;
        }
        if (encoder instanceof ConvNeXt) {
            return child("norm" + number, levelNorm(width, ConvNeXt.EPSILON))::forward;
        }
        return UnaryOperator.identity();
    }

    private static LayerNorm2d levelNorm(int width, double epsilon) {
        LayerNorm2d norm = new LayerNorm2d(width, epsilon);
        for (Parameter parameter : norm.parameters()) {
            Initialisation.constant(parameter.tensor(), parameter.name().equals("weight") ? 1 : 0);
        }
        return norm;
    }

    /** Initialises the convolutions of the heads as mmsegmentation; biases are 0, norms set themselves. */
    private void initialiseHeads(long seed) {
        for (Parameter parameter : parameters()) {
            String name = parameter.name();
            Tensor tensor = parameter.tensor();
            if (tensor.dim() != 4 || !(name.startsWith(HEAD) || name.startsWith(AUXILIARY))) {
                continue;
            }
            if (name.endsWith("conv_seg.weight")) {
                Initialisation.normal(tensor, CLASSIFIER_STD, seed, name);
            } else {
                Initialisation.kaimingNormalFanOut(tensor, seed, name);
            }
        }
    }

    /**
     * Blocks of the encoder and the feature maps read from it, for images of one size.
     *
     * @param height of the images in pixels
     * @param width of the images in pixels
     */
    public BlockChain blocks(long height, long width) {
        return encoder.intermediateBlocks(levels.stream().distinct().toList(), height, width);
    }

    /**
     * Classifies each cell of the largest map; the auxiliary head is left out.
     *
     * @param images normalised images (N, 3, H, W)
     * @return logits (N, classes, H/s, W/s), with the stride s of the largest map
     */
    public Tensor logits(Tensor images) {
        return logits(blocks(images.size(2), images.size(3)).forward(images));
    }

    /**
     * Classifies each cell of the largest map.
     *
     * @param maps outputs of {@link #blocks}
     * @return logits (N, classes, H/s, W/s)
     */
    public Tensor logits(List<Tensor> maps) {
        return head.forward(pyramid(maps));
    }

    /**
     * Classifies with all heads, for training.
     *
     * @param maps outputs of {@link #blocks}
     * @return logits (N, classes, h, w), then those of the auxiliary head, if there is one, from a smaller map
     */
    public List<Tensor> predictions(List<Tensor> maps) {
        List<Tensor> pyramid = pyramid(maps);
        List<Tensor> predictions = new ArrayList<>();
        predictions.add(head.forward(pyramid));
        auxiliary.ifPresent(fcn -> predictions.add(fcn.forward(pyramid.get(auxiliaryLevel))));
        return predictions;
    }

    /** Makes the four maps that the heads take of the outputs of {@link #blocks}. */
    List<Tensor> pyramid(List<Tensor> maps) {
        List<Integer> read = levels.stream().distinct().toList();
        List<Tensor> pyramid = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            pyramid.add(neck.get(i).apply(maps.get(read.indexOf(levels.get(i)))));
        }
        return pyramid;
    }

    /**
     * Returns the edge nearest to that of an image, in pixels, that the model takes. A ViT takes whole patches; in it and
     * in a ConvNeXt, which both round down, at least one cell of the smallest map must be left.
     */
    public int fittingEdge(int edge) {
        int stride = encoder.stride();
        if (encoder.config() instanceof VisionTransformerConfig) {
            long patches = Math.max(fewestPatches, Math.round(edge / (double) stride));
            return Math.toIntExact(patches * stride);
        }
        return encoder instanceof ConvNeXt ? Math.max(edge, stride) : edge;
    }

    public Encoder encoder() {
        return encoder;
    }

    public int classes() {
        return classes;
    }

    /** Neck and heads are the last layer, as in BEiT's layer decay. */
    @Override
    public int depthOf(String name) {
        return isBehindEncoder(name) ? encoder.depth() : encoder.depthOf(name);
    }

    /** Whether a tensor belongs to the neck or a head. */
    public static boolean isBehindEncoder(String name) {
        return BEHIND_ENCODER.matcher(name).matches();
    }
}

package io.bandpass.encoder;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.VisionTransformerConfig.RelativePosition;
import io.bandpass.nn.BlockChain;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Parameter;
import io.bandpass.nn.PositionInterpolation;
import io.bandpass.nn.RelativePositionBias;
import io.bandpass.nn.TokenGrid;
import io.bandpass.nn.TransformerBlock;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * ViT (Dosovitskiy et al., ICLR 2021), with the options of the BEiT family (Bao et al., ICLR 2022); method.md section
 * 3. Parameters are named as in timm's VisionTransformer; with a relative position bias, as in its Beit.
 */
public final class VisionTransformer extends Encoder implements MaskableEncoder {
    private static final double STD = 0.02;
    /** Truncation of initial weights for pre-training, in standard deviations: the effective std is 0.0108. */
    private static final double CUT = 1;

    /** Epsilon of every norm. */
    public static final double EPSILON = 1e-6;

    private final VisionTransformerConfig config;
    private final TokenEmbedding embedding;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final Optional<RelativePositionBias> sharedBias;
    private final LayerNorm norm;
    private boolean endsWithNorm = true;
    private boolean takesAnySize;

    VisionTransformer(VisionTransformerConfig config, long seed) {
        this(config, (tensor, name) -> Initialisation.truncatedNormal(tensor, STD, CUT, seed, name));
    }

    private VisionTransformer(VisionTransformerConfig config, BiConsumer<Tensor, String> weights) {
        this.config = config;
        int width = config.width();
        int grid = grid();
        embedding = unnamed(new TokenEmbedding(config));
        for (int i = 0; i < config.depth(); i++) {
            blocks.add(child("blocks." + i, block(i)));
        }
        sharedBias = config.relativePosition() == RelativePosition.SHARED
                ? Optional.of(child("rel_pos_bias", new RelativePositionBias(grid, true, config.heads())))
                : Optional.empty();
        norm = child("norm", new LayerNorm(width, EPSILON));
        initialise(weights);
    }

    /**
     * Creates a ViT with the initial weights of a classifier trained from scratch, without truncation: the authors
     * truncate at +-2, a hundred standard deviations, which has no effect.
     */
    static VisionTransformer uncut(VisionTransformerConfig config, long seed) {
        return new VisionTransformer(config, (tensor, name) -> Initialisation.normal(tensor, STD, seed, name));
    }

    /**
     * Creates a ViT for images of any size that is a multiple of its patches, with the weights of {@link #uncut}. The
     * positions are those of its own image size, interpolated for others.
     */
    static VisionTransformer ofAnySize(VisionTransformerConfig config, long seed) {
        VisionTransformer vit = uncut(config, seed);
        vit.takesAnySize = true;
        return vit;
    }

    private TransformerBlock block(int i) {
        int width = config.width();
        int heads = config.heads();
        int hidden = (int) (width * config.mlpRatio());
        boolean layerScale = config.layerScale() > 0;
        double dropPath = config.depth() == 1 ? 0 : config.dropPath() * i / (config.depth() - 1);
        if (config.relativePosition() == RelativePosition.NONE) {
            return new TransformerBlock(width, heads, hidden, config.qkvBias(), layerScale, dropPath);
        }
        Optional<RelativePositionBias> ownBias = config.relativePosition() == RelativePosition.PER_BLOCK
                ? Optional.of(new RelativePositionBias(grid(), true, heads))
                : Optional.empty();
        return new TransformerBlock(width, heads, hidden, config.qkvBias(), layerScale, dropPath, ownBias);
    }

    private int grid() {
        return config.imageSize() / config.patchSize();
    }

    /** Extends relative positions only: absolute ones are interpolated when they are needed. */
    @Override
    void prepare(EncoderConfig smaller) {
        int edge = smaller.imageSize() / smaller.stride();
        blocks.forEach(block -> block.alsoFor(edge));
        sharedBias.ifPresent(bias -> bias.alsoFor(edge));
    }

    private void initialise(BiConsumer<Tensor, String> weights) {
        for (Parameter parameter : parameters()) {
            String name = parameter.name();
            Tensor tensor = parameter.tensor();
            if (name.matches(".*\\.gamma(_[12])?")) {
                Initialisation.constant(tensor, config.layerScale());
            } else if (tensor.dim() > 1 && !name.endsWith(RelativePositionBias.TABLE)) {
                weights.accept(tensor, name);
            } else {
                Initialisation.constant(tensor, name.contains("norm") && name.endsWith("weight") ? 1 : 0);
            }
            if (name.endsWith("attn.proj.weight") || name.endsWith("mlp.fc2.weight")) {
                shrink(tensor, Math.sqrt(2.0 * depthOf(name)));
            }
        }
    }

    private static void shrink(Tensor tensor, double divisor) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            tensor.div_(new Scalar(divisor));
        }
    }

    /**
     * Removes the final norm, so that the encoder ends with its last block: a classifier that pools the mean of the
     * patches normalises after the mean instead.
     */
    @Override
    public void leaveOutFinalNorm() {
        endsWithNorm = false;
        remove(norm);
    }

    @Override
    public List<UnaryOperator<Tensor>> blocks() {
        List<UnaryOperator<Tensor>> blocks = tokenBlocks();
        blocks.add(this::squareMap);
        return blocks;
    }

    @Override
    List<UnaryOperator<Tensor>> levelBlocks(long height, long width) {
        TokenGrid grid = gridOf(height, width);
        List<UnaryOperator<Tensor>> blocks = new ArrayList<>();
        blocks.add(images -> embedding.positioned(patches(images), grid));
        for (TransformerBlock block : this.blocks) {
            blocks.add(
                    sharedBias.isPresent()
                            ? x -> block.forward(x, sharedBias.get().forward(grid))
                            : x -> block.forward(x, grid));
        }
        return blocks;
    }

    private TokenGrid gridOf(long height, long width) {
        int patch = config.patchSize();
        return new TokenGrid(Math.toIntExact(height / patch), Math.toIntExact(width / patch));
    }

    @Override
    public List<FeatureLevel> levels() {
        // The patch embedding is block 0.
        return IntStream.rangeClosed(1, config.depth())
                .mapToObj(block -> new FeatureLevel(block, config.width(), config.patchSize()))
                .toList();
    }

    /**
     * Blocks of {@link #tokens}, ending with the final norm.
     *
     * @return a new list
     */
    public List<UnaryOperator<Tensor>> tokenBlocks() {
        return chainFrom(images -> embedding.positioned(patches(images)));
    }

    @Override
    public List<UnaryOperator<Tensor>> maskedBlocks(Tensor masked, Tensor maskToken) {
        List<UnaryOperator<Tensor>> blocks =
                chainFrom(images -> embedding.positioned(MaskableEncoder.hide(patches(images), masked, maskToken)));
        blocks.add(this::squareMap);
        return blocks;
    }

    /**
     * Blocks that encode only the visible patches, as in MAE (He et al., CVPR 2022, section 3): positions are added to
     * all patches, then the visible ones are encoded, preceded by the class token.
     *
     * @param kept indices of visible patches, row-major from 0: (N, K), int64
     * @return a chain from the images to (N, 1 + K, C), in the order of {@code kept}
     * @throws IllegalArgumentException if there is a relative position bias, which is defined over all patches
     */
    public List<UnaryOperator<Tensor>> visibleBlocks(Tensor kept) {
        if (config.relativePosition() != RelativePosition.NONE) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a ViT with encoder.relative-position '%s' cannot encode some of its"
                            + " patches alone, as its bias is one of all patches; it must be none",
                    config.relativePosition()));
        }
        return chainFrom(images -> embedding.visible(patches(images), kept));
    }

    /** Chain from the embedding of the tokens to the final norm. */
    private List<UnaryOperator<Tensor>> chainFrom(UnaryOperator<Tensor> tokens) {
        List<UnaryOperator<Tensor>> blocks = new ArrayList<>();
        blocks.add(tokens);
        for (TransformerBlock block : this.blocks) {
            blocks.add(
                    sharedBias.isPresent()
                            ? x -> block.forward(x, sharedBias.get().forward(x.size(1)))
                            : block::forward);
        }
        if (endsWithNorm) {
            blocks.add(norm::forward);
        }
        return blocks;
    }

    /**
     * Returns all tokens after the final norm, the class token first.
     *
     * @param images normalised images (N, 3, H, W)
     * @return (N, 1 + L, C)
     */
    public Tensor tokens(Tensor images) {
        return BlockChain.forward(tokenBlocks(), images);
    }

    /** Maps tokens (N, 1 + L, C) to a feature map (N, C, H/p, W/p), without the class token. */
    @Override
    Tensor map(Tensor tokens, long height, long width) {
        return map(tokens, gridOf(height, width));
    }

    /** Maps the tokens of square images. */
    private Tensor squareMap(Tensor tokens) {
        return map(tokens, TokenGrid.square(PositionInterpolation.edge(tokens.size(1) - 1)));
    }

    private Tensor map(Tensor tokens, TokenGrid grid) {
        Tensor patches = Tensors.slice(tokens, 1, 1, tokens.size(1)); // (N, L, C)
        // (N, L, C) -> (N, H/p, W/p, C) -> (N, C, H/p, W/p)
        return patches.view(tokens.size(0), grid.rows(), grid.columns(), config.width())
                .permute(0, 3, 1, 2);
    }

    /** Embeds images (N, 3, H, W) as tokens (N, L, C) without positions. */
    private Tensor patches(Tensor images) {
        if (takesAnySize) {
            checkMultiple("ViT", images);
        } else {
            checkSize("ViT", images);
        }
        return embedding.patches(images);
    }

    @Override
    public int depthOf(String name) {
        if (name.startsWith("blocks.")) {
            return Integer.parseInt(name.substring("blocks.".length(), name.indexOf('.', "blocks.".length()))) + 1;
        }
        return name.startsWith("norm.") || name.startsWith("rel_pos_bias.") ? depth() : 0;
    }

    @Override
    public String headName() {
        return "head";
    }

    @Override
    public int depth() {
        return config.depth() + 1;
    }

    @Override
    public VisionTransformerConfig config() {
        return config;
    }

    @Override
    public int tokenWidth() {
        return config.width();
    }

    @Override
    public int patchSize() {
        return config.patchSize();
    }
}

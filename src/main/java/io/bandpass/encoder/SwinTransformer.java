package io.bandpass.encoder;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Parameter;
import io.bandpass.nn.PatchEmbedding;
import io.bandpass.nn.PositionInterpolation;
import io.bandpass.nn.TokenGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * Swin Transformer (Liu et al., ICCV 2021) without pooling and head; method.md section 3. Parameters are named as in
 * timm 1.0, where the merging between two stages belongs to the second one.
 */
public final class SwinTransformer extends HierarchicalEncoder implements MaskableEncoder {
    /** Epsilon of every norm. */
    public static final double EPSILON = 1e-5;

    private static final double STD = 0.02;
    private static final String STAGES = "layers.";

    private final SwinTransformerConfig config;
    private final PatchEmbedding patchEmbedding;
    private final Optional<Tensor> positions;
    private final List<List<SwinBlock>> stages = new ArrayList<>();
    private final LayerNorm norm;
    private final boolean takesAnySize;
    private boolean endsWithNorm = true;

    SwinTransformer(SwinTransformerConfig config, long seed) {
        this(config, seed, false);
    }

    /**
     * Creates a Swin Transformer for images of any size, as the authors' models for detection and segmentation: where
     * others make windows smaller, or do not shift them, maps are padded. Absolute positions, if any, are interpolated.
     */
    static SwinTransformer ofAnySize(SwinTransformerConfig config, long seed) {
        return new SwinTransformer(config, seed, true);
    }

    private SwinTransformer(SwinTransformerConfig config, long seed, boolean takesAnySize) {
        this.config = config;
        this.takesAnySize = takesAnySize;
        long patches = config.map(0) * (long) config.map(0);
        positions = config.positions() == SwinTransformerConfig.Positions.LEARNED
                ? Optional.of(parameter("absolute_pos_embed", 1, patches, config.stemWidth()))
                : Optional.empty();
        patchEmbedding = child("patch_embed", new PatchEmbedding(config.patchSize(), config.stemWidth(), EPSILON));
        int number = 0;
        for (int stage = 0; stage < config.depths().size(); stage++) {
            if (stage > 0) {
                String name = STAGES + stage + ".downsample";
                PatchMerging merging = child(name, new PatchMerging(config.widthOf(stage - 1)));
                addDownsampling(name, merging::forward);
            }
            List<SwinBlock> blocks = new ArrayList<>();
            for (int i = 0; i < config.depths().get(stage); i++) {
                String name = STAGES + stage + ".blocks." + i;
                SwinBlock block = child(name, block(stage, i, number++));
                addBlock(name, block::forward);
                blocks.add(block);
            }
            stages.add(blocks);
            endStage(config.widthOf(stage), config.patchSize() << stage);
        }
        norm = child("norm", new LayerNorm(config.width(), EPSILON));
        initialise(seed);
    }

    private SwinBlock block(int stage, int i, int number) {
        int width = config.widthOf(stage);
        return new SwinBlock(
                takesAnySize ? unfittedWindows(stage, i) : windows(config, stage, i),
                takesAnySize,
                width,
                config.heads().get(stage),
                (int) (width * config.mlpRatio()),
                config.qkvBias(),
                dropPath(config.dropPath(), number, config.depths()));
    }

    /**
     * Returns the windows of a block at the image size of a configuration.
     *
     * @param stage from 0
     * @param block of the stage, from 0
     */
    public static ShiftedWindows windows(SwinTransformerConfig config, int stage, int block) {
        int window = config.windowOf(stage);
        // A single window that covers the whole map is not shifted.
        int shift = block % 2 == 0 || window == config.map(stage) ? 0 : window / 2;
        return new ShiftedWindows(config.map(stage), config.map(stage), window, shift);
    }

    /** Returns the windows of a block that are the same on maps of all sizes. */
    private ShiftedWindows unfittedWindows(int stage, int block) {
        int shift = block % 2 == 0 ? 0 : config.window() / 2;
        return new ShiftedWindows(config.map(stage), config.map(stage), config.window(), shift);
    }

    @Override
    void prepare(EncoderConfig smaller) {
        for (int stage = 0; stage < stages.size(); stage++) {
            for (int i = 0; i < stages.get(stage).size(); i++) {
                stages.get(stage).get(i).alsoFor(windows((SwinTransformerConfig) smaller, stage, i));
            }
        }
    }

    /**
     * Initialises without truncation: the authors truncate at +-2, a hundred standard deviations, which has no effect.
     */
    private void initialise(long seed) {
        for (Parameter parameter : parameters()) {
            String name = parameter.name();
            if (parameter.tensor().dim() > 1) {
                Initialisation.normal(parameter.tensor(), STD, seed, name);
            } else {
                boolean one = name.contains("norm") && name.endsWith("weight");
                Initialisation.constant(parameter.tensor(), one ? 1 : 0);
            }
        }
        Initialisation.libtorchDefault(patchEmbedding.projection(), "patch_embed.proj.", seed);
    }

    @Override
    public List<UnaryOperator<Tensor>> blocks() {
        return endingWithNorm(images -> positioned(patches(images), gridOf(images)));
    }

    @Override
    public List<UnaryOperator<Tensor>> maskedBlocks(Tensor masked, Tensor maskToken) {
        return endingWithNorm(
                images -> positioned(MaskableEncoder.hide(patches(images), masked, maskToken), gridOf(images)));
    }

    private List<UnaryOperator<Tensor>> endingWithNorm(UnaryOperator<Tensor> stem) {
        List<UnaryOperator<Tensor>> blocks = blocksFrom(stem);
        blocks.add(x -> map(endsWithNorm ? norm.forward(x) : x));
        return blocks;
    }

    @Override
    void leaveOutFinalNorm() {
        endsWithNorm = false;
        remove(norm);
    }

    @Override
    Tensor map(Tensor result, long height, long width) {
        return map(result);
    }

    /** Maps (N, H/s, W/s, C) to (N, C, H/s, W/s). */
    private static Tensor map(Tensor result) {
        return result.permute(0, 3, 1, 2);
    }

    /** Embeds images (N, 3, H, W) as tokens (N, L, C) without positions. */
    private Tensor patches(Tensor images) {
        if (takesAnySize) {
            return patchEmbedding.forward(ZeroPadding.ofImages(images, config.patchSize()));
        }
        checkSize("Swin Transformer", images);
        return patchEmbedding.forward(images);
    }

    /** Returns the grid of the patches of images (N, 3, H, W). */
    private TokenGrid gridOf(Tensor images) {
        int patch = config.patchSize();
        return new TokenGrid(
                ZeroPadding.up(images.size(2), patch) / patch, ZeroPadding.up(images.size(3), patch) / patch);
    }

    /** Adds positions to tokens (N, L, C) and reshapes them to maps (N, H/p, W/p, C). */
    private Tensor positioned(Tensor patches, TokenGrid grid) {
        Tensor tokens = positions.isPresent()
                ? patches.add(
                        PositionInterpolation.fitting(positions.get(), grid).to(patches.scalar_type()))
                : patches;
        return tokens.reshape(tokens.size(0), grid.rows(), grid.columns(), config.stemWidth());
    }

    @Override
    protected boolean decays(String name, Tensor tensor) {
        // Called only for parameters of this layer itself: the positions.
        return false;
    }

    @Override
    boolean isAfterBlocks(String name) {
        return name.startsWith("norm.");
    }

    @Override
    public String headName() {
        return "head.fc";
    }

    @Override
    public SwinTransformerConfig config() {
        return config;
    }

    @Override
    public int tokenWidth() {
        return config.stemWidth();
    }

    @Override
    public int patchSize() {
        return config.patchSize();
    }
}

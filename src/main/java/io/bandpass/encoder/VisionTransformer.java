package io.bandpass.encoder;

import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Parameter;
import io.bandpass.nn.PatchEmbedding;
import io.bandpass.nn.TransformerBlock;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** ViT (Dosovitskiy et al., ICLR 2021) with the parameter names of timm's VisionTransformer; method.md section 3. */
public final class VisionTransformer extends Encoder {
    private static final double STD = 0.02;
    /** Cut in standard deviations: for pre-training one, so that the effective std is 0.0108. */
    private static final double CUT = 1;

    private static final double EPSILON = 1e-6;

    private final VisionTransformerConfig config;
    private final Tensor classToken;
    private final Tensor positions;
    private final PatchEmbedding patchEmbedding;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final LayerNorm norm;

    VisionTransformer(VisionTransformerConfig config, long seed) {
        this.config = config;
        int width = config.width();
        long grid = config.imageSize() / config.patchSize();
        classToken = parameter("cls_token", 1, 1, width);
        positions = config.positions().equals("learned")
                ? parameter("pos_embed", 1, 1 + grid * grid, width)
                : buffer("pos_embed", SinCosPositions.table((int) grid, (int) grid, width));
        patchEmbedding = child("patch_embed", new PatchEmbedding(config.patchSize(), width));
        for (int i = 0; i < config.depth(); i++) {
            double dropPath = config.depth() == 1 ? 0 : config.dropPath() * i / (config.depth() - 1);
            blocks.add(child(
                    "blocks." + i,
                    new TransformerBlock(
                            width,
                            config.heads(),
                            (int) (width * config.mlpRatio()),
                            config.qkvBias(),
                            config.layerScale() > 0,
                            dropPath)));
        }
        norm = child("norm", new LayerNorm(width, EPSILON));
        initialise(seed);
    }

    private void initialise(long seed) {
        for (Parameter parameter : parameters()) {
            String name = parameter.name();
            Tensor tensor = parameter.tensor();
            if (name.endsWith(".gamma")) {
                Initialisation.constant(tensor, config.layerScale());
            } else if (tensor.dim() > 1) {
                Initialisation.truncatedNormal(tensor, STD, CUT, seed, name);
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

    @Override
    public List<UnaryOperator<Tensor>> segments() {
        List<UnaryOperator<Tensor>> segments = tokenSegments();
        segments.add(this::map);
        return segments;
    }

    /**
     * All tokens after the final norm, the class token first.
     *
     * @param images normalised images (N, 3, H, W)
     * @return (N, 1 + L, C)
     */
    public Tensor tokens(Tensor images) {
        return norm.forward(chain(tokenSegments(), images));
    }

    /** What gives the tokens before the final norm. */
    private List<UnaryOperator<Tensor>> tokenSegments() {
        List<UnaryOperator<Tensor>> segments = new ArrayList<>();
        segments.add(this::embed);
        blocks.forEach(block -> segments.add(block::forward));
        return segments;
    }

    /** Tokens (N, 1 + L, C) to the map (N, C, H/p, W/p), after the final norm. */
    private Tensor map(Tensor tokens) {
        long grid = config.imageSize() / config.patchSize();
        Tensor patches = Tensors.slice(norm.forward(tokens), 1, 1, 1 + grid * grid);
        return patches.view(tokens.size(0), grid, grid, config.width()).permute(0, 3, 1, 2);
    }

    /** Class token and patches with their positions: (N, 1 + L, C), in the type of the patches. */
    private Tensor embed(Tensor images) {
        if (images.size(2) != config.imageSize() || images.size(3) != config.imageSize()) {
            throw new IllegalArgumentException("this ViT takes images of %d x %d pixels, not %d x %d"
                    .formatted(config.imageSize(), config.imageSize(), images.size(3), images.size(2)));
        }
        Tensor patches = patchEmbedding.forward(images);
        ScalarType type = patches.scalar_type();
        Tensor classTokens = classToken.to(type).expand(images.size(0), -1, -1);
        return torch.cat(new TensorVector(classTokens, patches), 1).add(positions.to(type));
    }

    @Override
    protected boolean decays(String name, Tensor tensor) {
        // Asked for the parameters of this layer itself: the class token and the positions.
        return false;
    }

    @Override
    public int depthOf(String name) {
        if (name.startsWith("blocks.")) {
            return Integer.parseInt(name.substring("blocks.".length(), name.indexOf('.', "blocks.".length()))) + 1;
        }
        return name.startsWith("norm.") ? depth() : 0;
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
    public int width() {
        return config.width();
    }

    @Override
    public int stride() {
        return config.patchSize();
    }
}

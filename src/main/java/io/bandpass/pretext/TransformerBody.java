package io.bandpass.pretext;

import io.bandpass.config.DecoderConfig;
import io.bandpass.nn.BlockChain;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Parameter;
import io.bandpass.nn.PositionInterpolation;
import io.bandpass.nn.SinCosPositions;
import io.bandpass.nn.TransformerBlock;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Common body of token decoders: fixed sine-cosine positions, ViT blocks and a norm (method.md section 3). */
final class TransformerBody extends Layer {
    private static final double EPSILON = 1e-6;
    private static final double STD = 0.02;
    /** Truncation of initial weights in standard deviations, as in the encoder. */
    private static final double CUT = 1;

    private final Tensor positions;
    private final List<UnaryOperator<Tensor>> blocks = new ArrayList<>();

    /**
     * Creates a body with initial weights.
     *
     * @param grid patches along each axis
     * @param prefix of the parameter names from which initial weights are derived
     */
    TransformerBody(DecoderConfig config, int grid, String prefix, long seed) {
        int width = config.width();
        positions = buffer("pos_embed", SinCosPositions.table(grid, grid, width));
        for (int i = 0; i < config.depth(); i++) {
            String name = "blocks." + i;
            TransformerBlock block = child(
                    name, new TransformerBlock(width, config.heads(), DecoderConfig.MLP_RATIO * width, true, false, 0));
            initialise(block, i + 1, prefix + name + ".", seed);
            blocks.add(block::forward);
        }
        LayerNorm norm = child("norm", new LayerNorm(width, EPSILON));
        initialise(norm, 1, prefix + "norm.", seed);
        blocks.add(norm::forward);
    }

    private static void initialise(Layer layer, int number, String prefix, long seed) {
        for (Parameter parameter : layer.parameters()) {
            String name = prefix + parameter.name();
            Tensor tensor = parameter.tensor();
            if (tensor.dim() == 1) {
                Initialisation.constant(tensor, name.contains("norm") && name.endsWith("weight") ? 1 : 0);
                continue;
            }
            Initialisation.truncatedNormal(tensor, STD, CUT, seed, name);
            if (name.endsWith("attn.proj.weight") || name.endsWith("mlp.fc2.weight")) {
                try (PointerScope scope = new PointerScope();
                        NoGradGuard guard = new NoGradGuard()) {
                    tensor.div_(new Scalar(Math.sqrt(2.0 * number)));
                }
            }
        }
    }

    /**
     * Applies positions, blocks and norm. For fewer tokens than the grid has, positions are interpolated.
     *
     * @param tokens (N, 1 + L, width), the class token first, or (N, L, width) without one
     * @return the same shape
     */
    Tensor forward(Tensor tokens) {
        long length = tokens.size(1);
        // A square number means that there is no class token.
        long patches = PositionInterpolation.edge(length) > 0 ? length : length - 1;
        Tensor table = PositionInterpolation.fitting(positions, 1 + patches);
        Tensor positioned = tokens.add(
                Tensors.slice(table, 1, 1 + patches - length, 1 + patches).to(tokens.scalar_type()));
        return BlockChain.forward(blocks, positioned);
    }
}

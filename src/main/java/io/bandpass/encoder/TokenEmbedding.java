package io.bandpass.encoder;

import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.nn.Layer;
import io.bandpass.nn.PatchEmbedding;
import io.bandpass.nn.PositionInterpolation;
import io.bandpass.nn.SinCosPositions;
import io.bandpass.nn.TokenGrid;
import io.bandpass.torch.Tensors;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tokens of a ViT before its first block: embedded patches, the class token, and absolute positions if it has them. */
final class TokenEmbedding extends Layer {
    private final Tensor classToken;
    private final Optional<Tensor> positions;
    private final PatchEmbedding patchEmbedding;

    TokenEmbedding(VisionTransformerConfig config) {
        int width = config.width();
        int grid = config.imageSize() / config.patchSize();
        classToken = parameter("cls_token", 1, 1, width);
        positions = switch (config.positions()) {
            case LEARNED -> Optional.of(parameter("pos_embed", 1, 1 + (long) grid * grid, width));
            case SIN_COS -> Optional.of(buffer("pos_embed", SinCosPositions.table(grid, grid, width)));
            case NONE -> Optional.empty();
        };
        patchEmbedding = child("patch_embed", new PatchEmbedding(config.patchSize(), width));
    }

    /** Embeds images (N, 3, H, W) as tokens (N, L, C) without positions. */
    Tensor patches(Tensor images) {
        return patchEmbedding.forward(images);
    }

    /** Prepends the class token to the patches of square images and adds positions, as for {@link #positioned}. */
    Tensor positioned(Tensor patches) {
        return positioned(patches, TokenGrid.square(PositionInterpolation.edge(patches.size(1))));
    }

    /** Prepends the class token to patches and adds positions: (N, 1 + L, C), in the type of the patches. */
    Tensor positioned(Tensor patches, TokenGrid grid) {
        ScalarType type = patches.scalar_type();
        Tensor classTokens = classToken.to(type).expand(patches.size(0), -1, -1); // (N, 1, C)
        Tensor tokens = torch.cat(new TensorVector(classTokens, patches), 1); // (N, 1 + L, C)
        return positions.isPresent()
                ? tokens.add(
                        PositionInterpolation.fitting(positions.get(), grid).to(type))
                : tokens;
    }

    /** Keeps the class token and the visible patches, with positions: (N, 1 + K, C), in the type of the patches. */
    Tensor visible(Tensor patches, Tensor kept) {
        // Adding positions to hidden patches too costs next to nothing and keeps that code in one place.
        Tensor tokens = positioned(patches);
        Tensor rows = kept.add(new Scalar(1L)).unsqueeze(-1).expand(-1, -1, patches.size(2)); // (N, K, C)
        return torch.cat(new TensorVector(Tensors.slice(tokens, 1, 0, 1), tokens.gather(1, rows)), 1); // (N, 1 + K, C)
    }

    @Override
    protected boolean decays(String name, Tensor tensor) {
        // Called only for parameters of this layer itself: the class token and the positions.
        return false;
    }
}

package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.Words;
import io.bandpass.nn.BlockChain;
import io.bandpass.nn.NamedTensor;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders of which patches are hidden (SimMIM) or left out (MAE). */
final class MaskableEncoderTest {
    private static final int SIZE = 16;

    private static VisionTransformerConfig vit(String relative) {
        return new VisionTransformerConfig(
                SIZE,
                4,
                32,
                2,
                4,
                4,
                VisionTransformerConfig.Positions.LEARNED,
                Words.constant(VisionTransformerConfig.RelativePosition.class, relative)
                        .orElseThrow(),
                true,
                0,
                0);
    }

    static Stream<EncoderConfig> encoders() {
        return Stream.of(
                vit("none"),
                vit("per-block"),
                new SwinTransformerConfig(
                        SIZE,
                        2,
                        16,
                        List.of(2, 2),
                        List.of(2, 4),
                        2,
                        4,
                        true,
                        SwinTransformerConfig.Positions.LEARNED,
                        0));
    }

    /** An encoder in evaluation whose every parameter matters. */
    private static Encoder encoder(EncoderConfig config) {
        Encoder encoder = Encoders.create(config, 1);
        torch.manual_seed(5);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            encoder.parameters()
                    .forEach(parameter ->
                            parameter.tensor().add_(Tensors.multiply(torch.randn_like(parameter.tensor()), 0.05)));
        }
        encoder.setTraining(false);
        return encoder;
    }

    private static Tensor images() {
        torch.manual_seed(3);
        return torch.randn(2, 3, SIZE, SIZE);
    }

    private static Tensor parameter(Encoder encoder, String name) {
        return encoder.state().stream()
                .filter(entry -> entry.name().equals(name))
                .map(NamedTensor::tensor)
                .findFirst()
                .orElseThrow();
    }

    private static Tensor noise(MaskableEncoder encoder) {
        torch.manual_seed(4);
        return torch.randn(1, 1, encoder.tokenWidth());
    }

    /** (2, h, w): in the first image every third patch, in the second all but every third. */
    private static Tensor someMasked(int grid) {
        float[] masked = new float[2 * grid * grid];
        for (int i = 0; i < masked.length; i++) {
            masked[i] = (i % 3 == 0) == (i < grid * grid) ? 1 : 0;
        }
        return Tensors.ofFloats(masked, 2, grid, grid);
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void withoutHiddenPatchesItIsTheForwardPass(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = encoder(config);
                NoGradGuard guard = new NoGradGuard()) {
            MaskableEncoder maskable = (MaskableEncoder) encoder;
            int grid = SIZE / maskable.patchSize();
            Tensor nothing = Tensors.zeros(ScalarType.Float, 2, grid, grid);
            Tensor map = BlockChain.forward(maskable.maskedBlocks(nothing, noise(maskable)), images());
            assertThat(Golden.largestDifference(map, encoder.forward(images()))).isZero();
        }
    }

    /** The token of a patch of zeros is what its embedding adds: hiding with it is painting patches black. */
    @ParameterizedTest
    @MethodSource("encoders")
    void theMaskTokenStandsWhereThePatchEmbeddingWouldStand(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = encoder(config);
                NoGradGuard guard = new NoGradGuard()) {
            MaskableEncoder maskable = (MaskableEncoder) encoder;
            Tensor token = parameter(encoder, "patch_embed.proj.bias").view(1, 1, -1);
            if (config instanceof SwinTransformerConfig) {
                token = torch.layer_norm(
                        token,
                        new long[] {maskable.tokenWidth()},
                        new TensorOptional(parameter(encoder, "patch_embed.norm.weight")),
                        new TensorOptional(parameter(encoder, "patch_embed.norm.bias")),
                        1e-5,
                        false);
            }
            int patch = maskable.patchSize();
            int grid = SIZE / patch;
            Tensor masked = someMasked(grid);
            Tensor pixels = masked.view(2, 1, grid, 1, grid, 1)
                    .expand(-1, -1, -1, patch, -1, patch)
                    .reshape(2, 1, SIZE, SIZE);
            Tensor black = images().mul(Tensors.oneMinus(pixels));
            Tensor map = BlockChain.forward(maskable.maskedBlocks(masked, token), images());
            assertThat(Golden.largestDifference(map, encoder.forward(black))).isLessThan(1e-5);
            assertThat(Golden.largestDifference(map, encoder.forward(images()))).isGreaterThan(1e-3);
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void theMaskTokenIsTrained(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = encoder(config)) {
            MaskableEncoder maskable = (MaskableEncoder) encoder;
            Tensor token = noise(maskable);
            token.set_requires_grad(true);
            Tensor masked = someMasked(SIZE / maskable.patchSize());
            BlockChain.forward(maskable.maskedBlocks(masked, token), images())
                    .square()
                    .mean()
                    .backward();
            assertThat(Golden.largest(token.grad())).isFinite().isPositive();
        }
    }

    @Test
    void aMaskOfAnotherGridIsRefused() {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = encoder(vit("none"))) {
            MaskableEncoder maskable = (MaskableEncoder) encoder;
            Tensor masked = Tensors.zeros(ScalarType.Float, 2, 3, 3);
            assertThatThrownBy(() -> BlockChain.forward(maskable.maskedBlocks(masked, noise(maskable)), images()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a mask of 2 x 9 patches does not fit 2 images of 16 patches");
        }
    }

    @Test
    void allPatchesInAnotherOrderGiveTheTokensInThatOrder() {
        try (PointerScope scope = new PointerScope();
                VisionTransformer vit = (VisionTransformer) encoder(vit("none"));
                NoGradGuard guard = new NoGradGuard()) {
            Tensor order = Tensors.ofLongs(new long[] {5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6}, 1, 16);
            Tensor kept = torch.cat(new TensorVector(order, order.flip(1)), 0);
            Tensor tokens = vit.tokens(images());
            Tensor expected = torch.cat(
                    new TensorVector(
                            Tensors.slice(tokens, 1, 0, 1),
                            Tensors.slice(tokens, 1, 1, 17)
                                    .gather(1, kept.unsqueeze(-1).expand(-1, -1, 32))),
                    1);
            assertThat(Golden.largestDifference(BlockChain.forward(vit.visibleBlocks(kept), images()), expected))
                    .isLessThan(5e-6);
        }
    }

    @Test
    void whatIsLeftOutIsNotSeen() {
        try (PointerScope scope = new PointerScope();
                VisionTransformer vit = (VisionTransformer) encoder(vit("none"));
                NoGradGuard guard = new NoGradGuard()) {
            // The lower half of both images, and another pair of patches of each.
            Tensor kept = Tensors.ofLongs(new long[] {15, 9, 8, 14}, 2, 2);
            Tensor images = images();
            Tensor tokens = BlockChain.forward(vit.visibleBlocks(kept), images);
            assertThat(Tensors.shape(tokens)).containsExactly(2, 3, 32);
            Tensor other = images.clone();
            Tensors.slice(other, 2, 0, 8).zero_();
            assertThat(Golden.largestDifference(BlockChain.forward(vit.visibleBlocks(kept), other), tokens))
                    .isZero();
            assertThat(Golden.largestDifference(BlockChain.forward(vit.visibleBlocks(kept), images.neg()), tokens))
                    .isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"per-block", "shared"})
    void aRelativePositionBiasIsOneOfAllPatches(String relative) {
        try (PointerScope scope = new PointerScope();
                VisionTransformer vit = (VisionTransformer) encoder(vit(relative))) {
            Tensor kept = Tensors.ofLongs(new long[] {0, 1}, 1, 2);
            assertThatThrownBy(() -> vit.visibleBlocks(kept))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("encoder.relative-position '" + relative + "'")
                    .hasMessageEndingWith("it must be none");
        }
    }
}

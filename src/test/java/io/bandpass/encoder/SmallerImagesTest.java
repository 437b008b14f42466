package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.Words;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.Golden;
import io.bandpass.testing.SmallerState;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An encoder on the smaller images of a curriculum is the encoder that would have been made for them. */
final class SmallerImagesTest {
    private static final int OWN = 32;
    private static final int SMALLER = 16;

    private static VisionTransformerConfig vit(String positions, String relative) {
        return new VisionTransformerConfig(
                OWN,
                4,
                16,
                2,
                2,
                4,
                Words.constant(VisionTransformerConfig.Positions.class, positions)
                        .orElseThrow(),
                Words.constant(VisionTransformerConfig.RelativePosition.class, relative)
                        .orElseThrow(),
                true,
                0.1,
                0);
    }

    private static SwinTransformerConfig swin(int window, String positions) {
        return new SwinTransformerConfig(
                OWN,
                2,
                8,
                List.of(2, 2),
                List.of(2, 4),
                window,
                4,
                true,
                Words.constant(SwinTransformerConfig.Positions.class, positions).orElseThrow(),
                0);
    }

    static Stream<EncoderConfig> encoders() {
        return Stream.of(
                vit("learned", "none"),
                vit("sin-cos", "none"),
                vit("none", "none"),
                vit("none", "shared"),
                vit("learned", "per-block"),
                // Windows that stay as they are; that are the whole smaller map; and that are smaller there.
                swin(2, "learned"),
                swin(4, "none"),
                swin(8, "none"),
                new ResNetConfig(
                        OWN, ResNetConfig.Block.BASIC, List.of(1, 1), List.of(8, 16), List.of(), 8, 3, 1, true),
                new ConvNeXtConfig(OWN, 2, List.of(1, 1), List.of(8, 16), 0.1, 0));
    }

    private static Tensor images(int size) {
        torch.manual_seed(3);
        return torch.randn(2, 3, size, size);
    }

    private static void stir(Encoder encoder) {
        torch.manual_seed(5);
        try (NoGradGuard guard = new NoGradGuard()) {
            for (Parameter parameter : encoder.parameters()) {
                parameter.tensor().add_(Tensors.multiply(torch.randn_like(parameter.tensor()), 0.2));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void itsFeaturesAreThoseOfAnEncoderForTheSmallerImages(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1);
                Encoder small = Encoders.create(config.withImageSize(SMALLER), 2);
                NoGradGuard guard = new NoGradGuard()) {
            encoder.alsoTake(SMALLER);
            stir(encoder);
            SmallerState.copy(encoder.state(), small.state());
            encoder.setTraining(false);
            small.setTraining(false);
            Tensor map = encoder.forward(images(SMALLER));
            assertThat(Golden.largestDifference(map, small.forward(images(SMALLER))))
                    .isZero();
            long cells = SMALLER / config.stride();
            assertThat(Tensors.shape(map)).containsExactly(2, encoder.width(), cells, cells);
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void imagesOfItsOwnSizeGiveWhatTheyGaveBefore(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1);
                NoGradGuard guard = new NoGradGuard()) {
            encoder.setTraining(false);
            stir(encoder);
            Tensor before = encoder.forward(images(OWN));
            int tensors = encoder.state().size();
            encoder.alsoTake(SMALLER);
            assertThat(Golden.largestDifference(encoder.forward(images(OWN)), before))
                    .isZero();
            assertThat(encoder.state()).hasSize(tensors);
        }
    }

    @Test
    void theGradientReachesEveryLearnedPosition() {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(vit("learned", "none"), 1)) {
            encoder.alsoTake(SMALLER);
            stir(encoder);
            encoder.forward(images(SMALLER)).square().mean().backward();
            Tensor positions = encoder.parameters().stream()
                    .filter(parameter -> parameter.name().equals("pos_embed"))
                    .findFirst()
                    .orElseThrow()
                    .tensor();
            Tensor ofEach = Tensors.sum(positions.grad().abs(), 0, 2);
            assertThat(Tensors.shape(ofEach)).containsExactly(1 + 8 * 8);
            for (double gradient : Tensors.toDoubles(ofEach)) {
                assertThat(gradient).isPositive();
            }
        }
    }

    /** Near distances are those that a smaller map has, and the class token is there in both. */
    @Test
    void theGradientReachesTheRelativePositionsOfNearTokens() {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(vit("none", "shared"), 1)) {
            encoder.alsoTake(SMALLER);
            stir(encoder);
            encoder.forward(images(SMALLER)).square().mean().backward();
            Tensor table = encoder.parameters().stream()
                    .filter(parameter -> parameter.name().startsWith("rel_pos_bias."))
                    .findFirst()
                    .orElseThrow()
                    .tensor();
            double[] ofEach = Tensors.toDoubles(Tensors.sum(table.grad().abs(), 1));
            for (int row = 0; row < ofEach.length; row++) {
                boolean near = row >= 225 || (Math.abs(row / 15 - 7) < 4 && Math.abs(row % 15 - 7) < 4);
                assertThat(ofEach[row] > 0).as("row " + row).isEqualTo(near);
            }
        }
    }

    @Test
    void whatItWasNotToldToTakeIsRefused() {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(vit("learned", "none"), 1)) {
            assertThatThrownBy(() -> encoder.forward(images(SMALLER)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("this ViT takes images of 32 x 32 pixels, not 16 x 16");
            encoder.alsoTake(SMALLER);
            assertThatThrownBy(() -> encoder.forward(images(24)))
                    .hasMessage("this ViT takes images of 32 x 32 pixels or squares of one of [16], not 24 x 24");
            assertThatThrownBy(() -> encoder.alsoTake(64)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> encoder.alsoTake(18)).isInstanceOf(ConfigException.class);
        }
    }
}

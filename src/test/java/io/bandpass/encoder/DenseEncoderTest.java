package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.Golden;
import io.bandpass.testing.SmallEncoders;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An encoder for dense prediction is the encoder without its final norm, and takes images of any size. */
final class DenseEncoderTest {
    private static final String SHARED = "shared";

    private static VisionTransformerConfig vit(String relative) {
        return new VisionTransformerConfig(
                16,
                4,
                16,
                2,
                2,
                4,
                VisionTransformerConfig.Positions.LEARNED,
                relative.equals(SHARED)
                        ? VisionTransformerConfig.RelativePosition.SHARED
                        : VisionTransformerConfig.RelativePosition.PER_BLOCK,
                true,
                0.1,
                0);
    }

    static Stream<EncoderConfig> encoders() {
        return Stream.of(
                SmallEncoders.vit(3),
                vit(SHARED),
                vit("per-block"),
                SmallEncoders.resnet(),
                // No map is as small as a window, where the two kinds of Swin differ.
                SmallEncoders.swin(),
                SmallEncoders.convNeXt());
    }

    private static void stir(Encoder encoder) {
        torch.manual_seed(5);
        try (NoGradGuard guard = new NoGradGuard()) {
            for (Parameter parameter : encoder.parameters()) {
                parameter.tensor().add_(Tensors.multiply(torch.randn_like(parameter.tensor()), 0.2));
            }
        }
    }

    private static void copy(Encoder from, Encoder to) {
        Map<String, Tensor> state = NamedTensor.byName(from.state());
        try (NoGradGuard guard = new NoGradGuard()) {
            to.state().forEach(entry -> entry.tensor().copy_(state.get(entry.name())));
        }
    }

    private static List<Integer> all(Encoder encoder) {
        return IntStream.range(0, encoder.levels().size()).boxed().toList();
    }

    private static Tensor images(int height, int width) {
        torch.manual_seed(3);
        return torch.randn(2, 3, height, width);
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void itsLevelsAreThoseOfTheEncoder(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1);
                Encoder dense = Encoders.dense(config, 2);
                NoGradGuard guard = new NoGradGuard()) {
            stir(encoder);
            copy(encoder, dense);
            encoder.setTraining(false);
            dense.setTraining(false);
            List<Tensor> expected = encoder.intermediates(images(16, 16), all(encoder));
            List<Tensor> maps = dense.intermediates(images(16, 16), all(dense));
            for (int i = 0; i < maps.size(); i++) {
                assertThat(Golden.largestDifference(maps.get(i), expected.get(i)))
                        .isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void itHasEveryTensorButTheFinalNorm(EncoderConfig config) {
        try (Encoder encoder = Encoders.create(config, 1);
                Encoder dense = Encoders.dense(config, 1)) {
            List<String> missing = encoder.state().stream()
                    .map(NamedTensor::name)
                    .filter(name -> dense.state().stream()
                            .noneMatch(entry -> entry.name().equals(name)))
                    .toList();
            String norm = config.type().equals("convnext") ? "head.norm." : "norm.";
            assertThat(missing)
                    .isEqualTo(config.type().equals("resnet") ? List.of() : List.of(norm + "weight", norm + "bias"));
            assertThat(dense.depth()).isEqualTo(encoder.depth());
        }
    }

    /** The cell below a changed pixel changes more than the one in the opposite corner. */
    @ParameterizedTest
    @MethodSource("encoders")
    void heightAndWidthAreNotMixedUp(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder dense = Encoders.dense(config, 2);
                NoGradGuard guard = new NoGradGuard()) {
            dense.setTraining(false);
            int rows = 3 * config.stride();
            int columns = 7 * config.stride();
            List<Tensor> maps = dense.intermediates(images(rows, columns), all(dense));
            for (int i = 0; i < maps.size(); i++) {
                FeatureLevel level = dense.levels().get(i);
                assertThat(Tensors.shape(maps.get(i)))
                        .containsExactly(2, level.width(), rows / level.stride(), columns / level.stride());
            }
            Tensor changed = images(rows, columns);
            changed.select(2, rows - 1).select(2, 0).add_(Tensors.add(torch.randn(2, 3), 3));
            Tensor difference = dense.intermediates(changed, List.of(0))
                    .get(0)
                    .sub(maps.get(0))
                    .abs();
            Tensor ofCells = Tensors.sum(difference, 0, 1);
            long last = ofCells.size(0) - 1;
            assertThat(ofCells.select(0, last).select(0, 0).item_double())
                    .isGreaterThan(
                            ofCells.select(0, 0).select(0, ofCells.size(1) - 1).item_double());
        }
    }

    @Test
    void aVitTakesWholePatchesOnly() {
        try (PointerScope scope = new PointerScope();
                Encoder dense = Encoders.dense(SmallEncoders.vit(2), 1)) {
            assertThatThrownBy(() -> dense.intermediates(images(16, 22), List.of(0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("this ViT takes images whose edges are multiples of 4 pixels, not 22 x 16");
        }
    }

    @Test
    void swinInterpolatesAbsolutePositions() {
        SwinTransformerConfig config = new SwinTransformerConfig(
                16, 2, 16, List.of(2, 2), List.of(2, 4), 4, 4, true, SwinTransformerConfig.Positions.LEARNED, 0);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                Encoder dense = Encoders.dense(config, 1)) {
            stir(dense);
            Tensor before = dense.intermediates(images(9, 23), List.of(1)).get(0);
            assertThat(Tensors.shape(before)).containsExactly(2, 32, 3, 6);
            Tensor positions =
                    Objects.requireNonNull(NamedTensor.byName(dense.state()).get("absolute_pos_embed"));
            positions.add_(torch.randn_like(positions));
            assertThat(Golden.largestDifference(
                            dense.intermediates(images(9, 23), List.of(1)).get(0), before))
                    .isGreaterThan(1e-3);
        }
    }
}

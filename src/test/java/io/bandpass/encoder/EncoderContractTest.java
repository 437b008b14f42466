package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every encoder promises, whatever is inside it. */
final class EncoderContractTest {
    private static VisionTransformerConfig vit(int size, String positions, double layerScale) {
        return new VisionTransformerConfig(size, 4, 32, 3, 4, 4, positions, true, layerScale, 0);
    }

    private static ResNetConfig resnet(int size, boolean bottleneck) {
        return new ResNetConfig(
                size,
                bottleneck ? "bottleneck" : "basic",
                List.of(1, 2),
                List.of(16, 32),
                bottleneck ? List.of(4, 8) : List.of(),
                16,
                3,
                1,
                bottleneck);
    }

    /** All families in their variants, at three image sizes. */
    static Stream<EncoderConfig> encoders() {
        return Stream.of(16, 28, 40)
                .flatMap(size -> Stream.of(
                        vit(size, "learned", 0), vit(size, "sin-cos", 0.1), resnet(size, false), resnet(size, true)));
    }

    private static Tensor images(EncoderConfig config, int count) {
        torch.manual_seed(3);
        return torch.randn(count, 3, config.imageSize(), config.imageSize());
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void outputIsAFiniteMapOfTheStatedWidthAndStride(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1)) {
            Tensor map = encoder.forward(images(config, 2));
            long cells = config.imageSize() / encoder.stride();
            assertThat(Tensors.shape(map)).containsExactly(2, encoder.width(), cells, cells);
            assertThat(torch.isfinite(map).all().item_bool()).isTrue();
            assertThat(encoder.stride()).isEqualTo(config.stride());
            assertThat(Tensors.shape(encoder.features(images(config, 2)))).containsExactly(2, encoder.width());
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void everyParameterGetsAGradient(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1)) {
            fillWithNoise(encoder);
            encoder.forward(images(config, 3)).square().mean().backward();
            for (Parameter parameter : encoder.parameters()) {
                Tensor gradient = parameter.tensor().grad();
                assertThat(gradient.defined()).as(parameter.name()).isTrue();
                assertThat(Golden.largest(gradient))
                        .as(parameter.name())
                        .isFinite()
                        .isPositive();
            }
        }
    }

    /** At the start some weights are 0 and hide the gradient of what lies before them. */
    private static void fillWithNoise(Encoder encoder) {
        torch.manual_seed(5);
        try (NoGradGuard guard = new NoGradGuard()) {
            encoder.parameters()
                    .forEach(parameter ->
                            parameter.tensor().add_(Tensors.multiply(torch.randn_like(parameter.tensor()), 0.05)));
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void anotherEncoderWithTheSameStateGivesTheSame(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder first = Encoders.create(config, 1);
                Encoder second = Encoders.create(config, 2);
                NoGradGuard guard = new NoGradGuard()) {
            Tensor images = images(config, 2);
            // In training first, so that running statistics are not those of the start.
            first.forward(images);
            copy(first, second);
            first.setTraining(false);
            second.setTraining(false);
            assertThat(Golden.largestDifference(second.forward(images), first.forward(images)))
                    .isZero();
        }
    }

    private static void copy(Encoder from, Encoder to) {
        List<NamedTensor> source = from.state();
        List<NamedTensor> target = to.state();
        assertThat(target.stream().map(NamedTensor::name))
                .containsExactlyElementsOf(
                        source.stream().map(NamedTensor::name).toList());
        for (int i = 0; i < source.size(); i++) {
            target.get(i).tensor().copy_(source.get(i).tensor());
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void inEvaluationAnImageDoesNotDependOnTheOthersInItsBatch(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1);
                NoGradGuard guard = new NoGradGuard()) {
            encoder.setTraining(false);
            Tensor images = images(config, 3);
            Tensor together = Tensors.slice(encoder.forward(images), 0, 1, 2);
            Tensor alone = encoder.forward(Tensors.slice(images, 0, 1, 2));
            assertThat(Golden.largestDifference(alone, together)).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void startFollowsFromTheSeedAlone(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder first = Encoders.create(config, 1);
                Encoder same = Encoders.create(config, 1);
                Encoder other = Encoders.create(config, 2)) {
            List<String> different = new ArrayList<>();
            for (int i = 0; i < first.parameters().size(); i++) {
                Tensor tensor = first.parameters().get(i).tensor();
                assertThat(Golden.largestDifference(same.parameters().get(i).tensor(), tensor))
                        .isZero();
                if (Golden.largestDifference(other.parameters().get(i).tensor(), tensor) > 0) {
                    different.add(first.parameters().get(i).name());
                }
            }
            assertThat(different)
                    .containsExactlyElementsOf(first.parameters().stream()
                            .filter(parameter -> drawn(config, parameter))
                            .map(Parameter::name)
                            .toList());
        }
    }

    private static boolean drawn(EncoderConfig config, Parameter parameter) {
        return config instanceof VisionTransformerConfig
                ? parameter.tensor().dim() > 1
                : parameter.tensor().dim() == 4;
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void layerNumbersRiseFromTheStemToTheLastBlock(EncoderConfig config) {
        try (Encoder encoder = Encoders.create(config, 1)) {
            List<Integer> depths =
                    encoder.parameters().stream().map(Parameter::depth).toList();
            assertThat(depths).isSorted().startsWith(0);
            assertThat(depths).allSatisfy(depth -> assertThat(depth).isBetween(0, encoder.depth()));
            assertThat(depths.stream().distinct().count()).isGreaterThan(encoder.depth() - 1);
        }
    }

    @Test
    void aVitRefusesAnotherImageSize() {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(vit(16, "learned", 0), 1)) {
            assertThatThrownBy(() -> encoder.forward(images(resnet(28, false), 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("16 x 16")
                    .hasMessageContaining("28 x 28");
        }
    }

    @Test
    void dropPathIsThereInTrainingOnly() {
        var config = new VisionTransformerConfig(16, 4, 32, 3, 4, 4, "learned", true, 0, 0.5);
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1);
                NoGradGuard guard = new NoGradGuard()) {
            Tensor images = images(config, 8);
            assertThat(Golden.largestDifference(encoder.forward(images), encoder.forward(images)))
                    .isPositive();
            encoder.setTraining(false);
            assertThat(Golden.largestDifference(encoder.forward(images), encoder.forward(images)))
                    .isZero();
        }
    }
}

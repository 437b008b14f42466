package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.Words;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.nn.BlockChain;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every encoder promises, whatever is inside it. */
final class EncoderContractTest {
    private static VisionTransformerConfig vit(int size, String positions, double layerScale) {
        return new VisionTransformerConfig(
                size,
                4,
                32,
                3,
                4,
                4,
                Words.constant(VisionTransformerConfig.Positions.class, positions)
                        .orElseThrow(),
                true,
                layerScale,
                0);
    }

    private static ResNetConfig resnet(int size, boolean bottleneck) {
        return new ResNetConfig(
                size,
                bottleneck ? ResNetConfig.Block.BOTTLENECK : ResNetConfig.Block.BASIC,
                List.of(1, 2),
                List.of(16, 32),
                bottleneck ? List.of(4, 8) : List.of(),
                16,
                3,
                1,
                bottleneck);
    }

    private static VisionTransformerConfig beit(int size, String positions, String relative, boolean bias) {
        return new VisionTransformerConfig(
                size,
                4,
                32,
                3,
                4,
                4,
                Words.constant(VisionTransformerConfig.Positions.class, positions)
                        .orElseThrow(),
                Words.constant(VisionTransformerConfig.RelativePosition.class, relative)
                        .orElseThrow(),
                bias,
                bias ? 0.1 : 0,
                0);
    }

    /** Shifted windows in both stages, or in the first alone. */
    private static SwinTransformerConfig swin(int size, String positions) {
        int map = size / 2;
        int window = positions.equals("none") ? map / 4 : map / 2;
        return new SwinTransformerConfig(
                size,
                2,
                16,
                List.of(2, 2),
                List.of(2, 4),
                window,
                4,
                true,
                Words.constant(SwinTransformerConfig.Positions.class, positions).orElseThrow(),
                0);
    }

    private static ConvNeXtConfig convnext(int size, double layerScale) {
        return new ConvNeXtConfig(size, 2, List.of(1, 2), List.of(16, 32), layerScale, 0);
    }

    /** All families in their variants, at three image sizes. */
    static Stream<EncoderConfig> encoders() {
        return Stream.of(16, 24, 40)
                .flatMap(size -> Stream.of(
                        vit(size, "learned", 0),
                        vit(size, "sin-cos", 0.1),
                        beit(size, "none", "per-block", true),
                        beit(size, "learned", "shared", true),
                        beit(size, "sin-cos", "shared", false),
                        resnet(size, false),
                        resnet(size, true),
                        swin(size, "none"),
                        swin(size, "learned"),
                        convnext(size, 1e-6),
                        convnext(size, 0)));
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

    static Stream<EncoderConfig> convolutionalEncoders() {
        return encoders().filter(config -> config instanceof ResNetConfig || config instanceof ConvNeXtConfig);
    }

    /** Otherwise every pass would copy them. */
    @ParameterizedTest
    @MethodSource("convolutionalEncoders")
    void weightsAndGradientsOfConvolutionsLieInMemoryAsMapsDo(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1)) {
            encoder.forward(images(config, 2)).square().mean().backward();
            List<Tensor> weights = encoder.parameters().stream()
                    .map(Parameter::tensor)
                    .filter(tensor -> tensor.dim() == 4)
                    .toList();
            assertThat(weights).hasSizeGreaterThan(2).allSatisfy(weight -> {
                assertThat(weight.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
                assertThat(weight.grad().is_contiguous(MemoryFormat.ChannelsLast))
                        .isTrue();
            });
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
    void whatIsSavedAndLoadedGivesTheSame(EncoderConfig config, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("encoder.safetensors");
        try (PointerScope scope = new PointerScope();
                Encoder first = Encoders.create(config, 1);
                Encoder second = Encoders.create(config, 2);
                NoGradGuard guard = new NoGradGuard()) {
            Tensor images = images(config, 2);
            fillWithNoise(first);
            // In training first, so that running statistics are not those of the start.
            first.forward(images);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            first.state().forEach(entry -> tensors.put(entry.name(), entry.tensor()));
            Safetensors.write(file, tensors, Map.of());
            try (TensorFile saved = Safetensors.read(file)) {
                assertThat(saved.names())
                        .containsExactlyInAnyOrderElementsOf(
                                second.state().stream().map(NamedTensor::name).toList());
                second.state().forEach(entry -> entry.tensor().copy_(saved.get(entry.name())));
            }
            first.setTraining(false);
            second.setTraining(false);
            assertThat(Golden.largestDifference(second.forward(images), first.forward(images)))
                    .isZero();
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
        if (config instanceof VisionTransformerConfig) {
            return parameter.tensor().dim() > 1 && !parameter.name().endsWith("relative_position_bias_table");
        }
        // The bias of Swin's patch embedding is drawn too, as its weight is by LibTorch's default.
        return parameter.tensor().dim() > 1
                || (config instanceof SwinTransformerConfig && parameter.name().equals("patch_embed.proj.bias"));
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

    static Stream<EncoderConfig> encodersWithPositions() {
        return Stream.of(vit(16, "learned", 0), swin(16, "none"));
    }

    @ParameterizedTest
    @MethodSource("encodersWithPositions")
    void whatHasPositionsRefusesAnotherImageSize(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1)) {
            assertThatThrownBy(() -> encoder.forward(images(resnet(28, false), 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("16 x 16")
                    .hasMessageContaining("28 x 28");
        }
    }

    static Stream<EncoderConfig> encodersWithDropPath() {
        return Stream.of(
                new VisionTransformerConfig(
                        16, 4, 32, 3, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0.5),
                new VisionTransformerConfig(
                        16,
                        4,
                        32,
                        3,
                        4,
                        4,
                        VisionTransformerConfig.Positions.NONE,
                        VisionTransformerConfig.RelativePosition.PER_BLOCK,
                        true,
                        0.1,
                        0.5),
                new SwinTransformerConfig(
                        16, 2, 16, List.of(2, 2), List.of(2, 4), 2, 4, true, SwinTransformerConfig.Positions.NONE, 0.5),
                new ConvNeXtConfig(16, 2, List.of(2, 2), List.of(16, 32), 0.1, 0.5));
    }

    @ParameterizedTest
    @MethodSource("encodersWithDropPath")
    void dropPathIsThereInTrainingOnly(EncoderConfig config) {
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

    @ParameterizedTest
    @MethodSource("encoders")
    void theChainOfBlocksIsTheForwardPass(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1);
                NoGradGuard guard = new NoGradGuard()) {
            encoder.setTraining(false);
            Tensor images = images(config, 2);
            Tensor x = images;
            for (UnaryOperator<Tensor> block : encoder.blocks()) {
                x = block.apply(x);
            }
            assertThat(Golden.largestDifference(x, encoder.forward(images))).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void everyLevelIsAMapOfItsWidthAndStride(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1);
                NoGradGuard guard = new NoGradGuard()) {
            fillWithNoise(encoder);
            encoder.setTraining(false);
            Tensor images = images(config, 2);
            List<Integer> all = all(encoder);
            List<Tensor> maps = encoder.intermediates(images, all);
            assertThat(maps).hasSameSizeAs(all);
            for (int i = 0; i < maps.size(); i++) {
                FeatureLevel level = encoder.levels().get(i);
                long cells = config.imageSize() / level.stride();
                assertThat(Tensors.shape(maps.get(i))).containsExactly(2, level.width(), cells, cells);
                assertThat(Golden.largestDifference(
                                encoder.intermediates(images, List.of(i)).get(0), maps.get(i)))
                        .as("alone or among others")
                        .isZero();
            }
            FeatureLevel last = encoder.levels().get(maps.size() - 1);
            assertThat(last.width()).isEqualTo(encoder.width());
            assertThat(last.stride()).isEqualTo(encoder.stride());
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void whatLiesBehindALevelLeadsToTheOutput(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1);
                NoGradGuard guard = new NoGradGuard()) {
            fillWithNoise(encoder);
            encoder.setTraining(false);
            Tensor images = images(config, 2);
            Tensor output = encoder.forward(images);
            List<UnaryOperator<Tensor>> blocks = encoder.blocks();
            for (int level : all(encoder)) {
                int next = encoder.levels().get(level).block() + 1;
                Tensor result = BlockChain.forward(blocks.subList(0, next), images);
                Tensor map = encoder.intermediates(images, List.of(level)).get(0);
                assertThat(Golden.largestDifference(map, encoder.map(result, images.size(2), images.size(3))))
                        .isZero();
                Tensor rest = next == blocks.size()
                        ? result
                        : BlockChain.forward(blocks.subList(next, blocks.size()), result);
                assertThat(Golden.largestDifference(rest, output)).isZero();
            }
        }
    }

    private static List<Integer> all(Encoder encoder) {
        return IntStream.range(0, encoder.levels().size()).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void aLevelThatIsNotThereIsRefused(EncoderConfig config) {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1)) {
            int count = encoder.levels().size();
            for (List<Integer> wrong : List.of(List.<Integer>of(), List.of(-1), List.of(0, count))) {
                assertThatThrownBy(() -> encoder.intermediates(images(config, 1), wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("levels %s asked for, but this encoder has levels 0 to %d", wrong, count - 1);
            }
            assertThatThrownBy(() -> encoder.intermediates(images(config, 1), List.of(1, 0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ascending");
        }
    }
}

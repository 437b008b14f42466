package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.nn.Parameter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What layer decay scales by, along the way that images take through each encoder. */
final class LayerNumbersTest {
    static Stream<Arguments> encoders() {
        return Stream.of(
                Arguments.of(
                        new VisionTransformerConfig(
                                16,
                                4,
                                32,
                                3,
                                4,
                                4,
                                VisionTransformerConfig.Positions.LEARNED,
                                VisionTransformerConfig.RelativePosition.SHARED,
                                true,
                                0.1,
                                0),
                        Map.of(
                                "cls_token", 0,
                                "pos_embed", 0,
                                "patch_embed.proj.weight", 0,
                                "blocks.0.norm1.weight", 1,
                                "blocks.2.mlp.fc2.bias", 3,
                                "rel_pos_bias.relative_position_bias_table", 4,
                                "norm.bias", 4)),
                Arguments.of(
                        new ResNetConfig(
                                16,
                                ResNetConfig.Block.BOTTLENECK,
                                List.of(1, 2),
                                List.of(16, 32),
                                List.of(4, 8),
                                16,
                                3,
                                1,
                                false),
                        Map.of(
                                "conv1.weight", 0,
                                "bn1.bias", 0,
                                "layer1.0.conv1.weight", 1,
                                "layer2.0.downsample.0.weight", 2,
                                "layer2.0.bn3.weight", 2,
                                "layer2.1.conv3.weight", 3)),
                Arguments.of(
                        new SwinTransformerConfig(
                                16,
                                2,
                                16,
                                List.of(2, 2),
                                List.of(2, 4),
                                4,
                                4,
                                true,
                                SwinTransformerConfig.Positions.LEARNED,
                                0),
                        Map.of(
                                "patch_embed.proj.weight", 0,
                                "absolute_pos_embed", 0,
                                "layers.0.blocks.0.attn.relative_position_bias_table", 1,
                                "layers.0.blocks.1.mlp.fc1.weight", 2,
                                // Between the stages: with the last block before it.
                                "layers.1.downsample.reduction.weight", 2,
                                "layers.1.blocks.0.norm1.weight", 3,
                                "layers.1.blocks.1.norm2.bias", 4,
                                "norm.weight", 5)),
                Arguments.of(
                        new ConvNeXtConfig(16, 2, List.of(1, 2), List.of(16, 32), 0.1, 0),
                        Map.of(
                                "stem.0.weight", 0,
                                "stem.1.bias", 0,
                                "stages.0.blocks.0.conv_dw.weight", 1,
                                "stages.1.downsample.0.weight", 1,
                                "stages.1.downsample.1.bias", 1,
                                "stages.1.blocks.0.gamma", 2,
                                "stages.1.blocks.1.mlp.fc2.weight", 3,
                                "head.norm.weight", 4)));
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void followTheNetwork(EncoderConfig config, Map<String, Integer> expected) {
        try (Encoder encoder = Encoders.create(config, 1)) {
            Map<String, Integer> found =
                    encoder.parameters().stream().collect(Collectors.toMap(Parameter::name, Parameter::depth));
            assertThat(found).containsAllEntriesOf(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void leaveOutNoBlock(EncoderConfig config, Map<String, Integer> unused) {
        try (Encoder encoder = Encoders.create(config, 1)) {
            assertThat(encoder.parameters().stream().map(Parameter::depth).distinct())
                    .containsAll(IntStream.range(0, encoder.depth()).boxed().toList());
            assertThat(encoder.parameters()).allMatch(parameter -> parameter.depth() <= encoder.depth());
        }
    }
}

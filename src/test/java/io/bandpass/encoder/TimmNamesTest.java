package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.Words;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights have the names and shapes of timm 1.0, so that its models of the same geometry take them. */
final class TimmNamesTest {
    private static Map<String, List<Long>> state(Encoder encoder) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        encoder.state()
                .forEach(entry -> shapes.put(
                        entry.name(),
                        Arrays.stream(Tensors.shape(entry.tensor())).boxed().toList()));
        return shapes;
    }

    @Test
    void vitHasTheStateOfTimm() {
        long width = 32;
        Map<String, List<Long>> expected = new LinkedHashMap<>();
        expected.put("cls_token", List.of(1L, 1L, width));
        expected.put("pos_embed", List.of(1L, 17L, width));
        expected.put("patch_embed.proj.weight", List.of(width, 3L, 4L, 4L));
        expected.put("patch_embed.proj.bias", List.of(width));
        for (int i = 0; i < 2; i++) {
            String block = "blocks." + i + ".";
            for (String norm : List.of("norm1", "norm2")) {
                expected.put(block + norm + ".weight", List.of(width));
                expected.put(block + norm + ".bias", List.of(width));
            }
            expected.put(block + "attn.qkv.weight", List.of(3 * width, width));
            expected.put(block + "attn.qkv.bias", List.of(3 * width));
            expected.put(block + "attn.proj.weight", List.of(width, width));
            expected.put(block + "attn.proj.bias", List.of(width));
            expected.put(block + "mlp.fc1.weight", List.of(4 * width, width));
            expected.put(block + "mlp.fc1.bias", List.of(4 * width));
            expected.put(block + "mlp.fc2.weight", List.of(width, 4 * width));
            expected.put(block + "mlp.fc2.bias", List.of(width));
            expected.put(block + "ls1.gamma", List.of(width));
            expected.put(block + "ls2.gamma", List.of(width));
        }
        expected.put("norm.weight", List.of(width));
        expected.put("norm.bias", List.of(width));
        for (String positions : List.of("learned", "sin-cos")) {
            var config = new VisionTransformerConfig(
                    16,
                    4,
                    32,
                    2,
                    4,
                    4,
                    Words.constant(VisionTransformerConfig.Positions.class, positions)
                            .orElseThrow(),
                    true,
                    0.1,
                    0);
            try (Encoder encoder = Encoders.create(config, 1)) {
                assertThat(state(encoder)).containsExactlyInAnyOrderEntriesOf(expected);
            }
        }
    }

    private static void weightAndBias(Map<String, List<Long>> state, String name, Long... weight) {
        state.put(name + ".weight", List.of(weight));
        state.put(name + ".bias", List.of(weight[0]));
    }

    private static void mlp(Map<String, List<Long>> state, String name, long width) {
        weightAndBias(state, name + ".fc1", 4 * width, width);
        weightAndBias(state, name + ".fc2", width, 4 * width);
    }

    /** timm's Beit, with absolute positions or without. */
    @ParameterizedTest
    @CsvSource({"per-block, none", "per-block, learned", "shared, learned"})
    void aVitWithRelativePositionsHasTheStateOfTimmsBeit(String relative, String positions) {
        long width = 32;
        Map<String, List<Long>> expected = new LinkedHashMap<>();
        expected.put("cls_token", List.of(1L, 1L, width));
        if (positions.equals("learned")) {
            expected.put("pos_embed", List.of(1L, 17L, width));
        }
        weightAndBias(expected, "patch_embed.proj", width, 3L, 4L, 4L);
        List<Long> table = List.of(7 * 7 + 3L, 4L);
        if (relative.equals("shared")) {
            expected.put("rel_pos_bias.relative_position_bias_table", table);
        }
        for (int i = 0; i < 2; i++) {
            String block = "blocks." + i + ".";
            if (relative.equals("per-block")) {
                expected.put(block + "attn.relative_position_bias_table", table);
            }
            weightAndBias(expected, block + "norm1", width);
            weightAndBias(expected, block + "norm2", width);
            expected.put(block + "attn.qkv.weight", List.of(3 * width, width));
            expected.put(block + "attn.q_bias", List.of(width));
            expected.put(block + "attn.v_bias", List.of(width));
            weightAndBias(expected, block + "attn.proj", width, width);
            mlp(expected, block + "mlp", width);
            expected.put(block + "gamma_1", List.of(width));
            expected.put(block + "gamma_2", List.of(width));
        }
        weightAndBias(expected, "norm", width);
        var config = new VisionTransformerConfig(
                16,
                4,
                32,
                2,
                4,
                4,
                Words.constant(VisionTransformerConfig.Positions.class, positions)
                        .orElseThrow(),
                Words.constant(VisionTransformerConfig.RelativePosition.class, relative)
                        .orElseThrow(),
                true,
                0.1,
                0);
        try (Encoder encoder = Encoders.create(config, 1)) {
            assertThat(state(encoder)).containsExactlyInAnyOrderEntriesOf(expected);
        }
    }

    @Test
    void swinHasTheStateOfTimm() {
        Map<String, List<Long>> expected = new LinkedHashMap<>();
        weightAndBias(expected, "patch_embed.proj", 16L, 3L, 4L, 4L);
        weightAndBias(expected, "patch_embed.norm", 16L);
        for (int stage = 0; stage < 2; stage++) {
            long width = 16L << stage;
            // The second stage is one window of its 2 x 2 cells.
            long distances = stage == 0 ? 7 * 7 : 3 * 3;
            for (int i = 0; i < 2; i++) {
                String block = "layers." + stage + ".blocks." + i + ".";
                weightAndBias(expected, block + "norm1", width);
                weightAndBias(expected, block + "norm2", width);
                expected.put(block + "attn.relative_position_bias_table", List.of(distances, 2L << stage));
                weightAndBias(expected, block + "attn.qkv", 3 * width, width);
                weightAndBias(expected, block + "attn.proj", width, width);
                mlp(expected, block + "mlp", width);
            }
        }
        weightAndBias(expected, "layers.1.downsample.norm", 64L);
        expected.put("layers.1.downsample.reduction.weight", List.of(32L, 64L));
        weightAndBias(expected, "norm", 32L);
        var config = new SwinTransformerConfig(
                16, 4, 16, List.of(2, 2), List.of(2, 4), 4, 4, true, SwinTransformerConfig.Positions.NONE, 0);
        try (Encoder encoder = Encoders.create(config, 1)) {
            assertThat(state(encoder)).containsExactlyInAnyOrderEntriesOf(expected);
        }
    }

    @Test
    void convnextHasTheStateOfTimm() {
        Map<String, List<Long>> expected = new LinkedHashMap<>();
        weightAndBias(expected, "stem.0", 16L, 3L, 4L, 4L);
        weightAndBias(expected, "stem.1", 16L);
        for (int stage = 0; stage < 2; stage++) {
            long width = 16L << stage;
            String block = "stages." + stage + ".blocks.0.";
            weightAndBias(expected, block + "conv_dw", width, 1L, 7L, 7L);
            weightAndBias(expected, block + "norm", width);
            mlp(expected, block + "mlp", width);
            expected.put(block + "gamma", List.of(width));
        }
        weightAndBias(expected, "stages.1.downsample.0", 16L);
        weightAndBias(expected, "stages.1.downsample.1", 32L, 16L, 2L, 2L);
        weightAndBias(expected, "head.norm", 32L);
        var config = new ConvNeXtConfig(16, 4, List.of(1, 1), List.of(16, 32), 1e-6, 0);
        try (Encoder encoder = Encoders.create(config, 1)) {
            assertThat(state(encoder)).containsExactlyInAnyOrderEntriesOf(expected);
        }
    }

    /** As timm's beit_base_patch16_224 with {@code num_classes=0}, whose norm stands behind its pooling. */
    @Test
    void aVitBaseWithTheOptionsOfBeitHasItsSize() {
        var config = new VisionTransformerConfig(
                224,
                16,
                768,
                12,
                12,
                4,
                VisionTransformerConfig.Positions.NONE,
                VisionTransformerConfig.RelativePosition.PER_BLOCK,
                true,
                0.1,
                0);
        try (Encoder encoder = Encoders.create(config, 1)) {
            assertThat(size(encoder)).isEqualTo(85_761_984);
        }
    }

    @ParameterizedTest
    @CsvSource({"basic, 2", "bottleneck, 3"})
    void resnetHasTheStateOfTimm(String block, int convolutions) {
        List<Integer> inner = block.equals("basic") ? List.of() : List.of(8, 16);
        long[][] kernels = block.equals("basic")
                ? new long[][] {{16, 16, 3}, {16, 16, 3}, {32, 16, 3}, {32, 32, 3}}
                : new long[][] {{8, 16, 1}, {8, 8, 3}, {16, 8, 1}, {16, 16, 1}, {16, 16, 3}, {32, 16, 1}};
        Map<String, List<Long>> expected = new LinkedHashMap<>();
        convolution(expected, "conv1", "bn1", 16, 3, 7);
        for (int stage = 0; stage < 2; stage++) {
            String name = "layer" + (stage + 1) + ".0.";
            for (int i = 0; i < convolutions; i++) {
                long[] kernel = kernels[stage * convolutions + i];
                convolution(expected, name + "conv" + (i + 1), name + "bn" + (i + 1), kernel[0], kernel[1], kernel[2]);
            }
        }
        convolution(expected, "layer2.0.downsample.0", "layer2.0.downsample.1", 32, 16, 1);
        var config = new ResNetConfig(
                32,
                Words.constant(ResNetConfig.Block.class, block).orElseThrow(),
                List.of(1, 1),
                List.of(16, 32),
                inner,
                16,
                7,
                2,
                true);
        try (Encoder encoder = Encoders.create(config, 1)) {
            assertThat(state(encoder)).containsExactlyInAnyOrderEntriesOf(expected);
        }
    }

    private static void convolution(
            Map<String, List<Long>> state, String name, String norm, long outputs, long inputs, long kernel) {
        state.put(name + ".weight", List.of(outputs, inputs, kernel, kernel));
        for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
            state.put(norm + "." + part, List.of(outputs));
        }
        state.put(norm + ".num_batches_tracked", List.of());
    }

    /**
     * Counts of timm's models with {@code num_classes=0}: vit_small_patch16_224, vit_base_patch16_224, resnet50,
     * swin_tiny_patch4_window7_224, convnext_tiny. The tables of the papers give the same in millions, and torchvision's
     * swin_t and convnext_tiny have 769,000 more, which is their head.
     */
    @ParameterizedTest
    @CsvSource({
        "vit-small, 21665664",
        "vit-base, 85798656",
        "resnet50, 23508032",
        "swin-tiny, 27519354",
        "convnext-tiny, 27820128"
    })
    void publishedEncodersHaveThePublishedSize(String recipe, long expected) {
        try (Encoder encoder = Encoders.create(Recipes.load(recipe).build().encoder(), 1)) {
            assertThat(size(encoder)).isEqualTo(expected);
        }
    }

    private static long size(Encoder encoder) {
        return encoder.parameters().stream()
                .map(Parameter::tensor)
                .mapToLong(tensor -> tensor.numel())
                .sum();
    }
}

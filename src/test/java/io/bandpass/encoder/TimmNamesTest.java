package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.Recipes;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.VisionTransformerConfig;
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
            var config = new VisionTransformerConfig(16, 4, 32, 2, 4, 4, positions, true, 0.1, 0);
            try (Encoder encoder = Encoders.create(config, 1)) {
                assertThat(state(encoder)).containsExactlyInAnyOrderEntriesOf(expected);
            }
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
        var config = new ResNetConfig(32, block, List.of(1, 1), List.of(16, 32), inner, 16, 7, 2, true);
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
     * Counts of timm's models with {@code num_classes=0}: vit_small_patch16_224, vit_base_patch16_224, resnet50. The
     * tables of He et al. and Dosovitskiy et al. give the same in millions.
     */
    @ParameterizedTest
    @CsvSource({"vit-small, 21665664", "vit-base, 85798656", "resnet50, 23508032"})
    void publishedEncodersHaveThePublishedSize(String recipe, long expected) {
        try (Encoder encoder = Encoders.create(Recipes.load(recipe).build().encoder(), 1)) {
            long count = encoder.parameters().stream()
                    .map(Parameter::tensor)
                    .mapToLong(tensor -> tensor.numel())
                    .sum();
            assertThat(count).isEqualTo(expected);
        }
    }
}

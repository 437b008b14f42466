package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.Words;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starting values; the constants are those of the authors' program (method.md section 3). */
final class InitialisationTest {
    private final Encoder vit = Encoders.create(
            new VisionTransformerConfig(32, 4, 192, 4, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0.1, 0),
            1);
    private final Encoder resnet = Encoders.create(
            new ResNetConfig(32, ResNetConfig.Block.BASIC, List.of(1, 1), List.of(64, 128), List.of(), 64, 7, 2, true),
            1);

    @AfterEach
    void close() {
        vit.close();
        resnet.close();
    }

    private static Tensor of(Encoder encoder, String name) {
        return encoder.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow()
                .tensor();
    }

    private static double deviation(Tensor tensor) {
        double sum = 0;
        double[] values = Tensors.toDoubles(tensor);
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum / values.length);
    }

    private static double mean(Tensor tensor) {
        double sum = 0;
        double[] values = Tensors.toDoubles(tensor);
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    @Test
    void vitWeightsAreNormalWithStd002CutAtOneStd() {
        for (String name : List.of(
                "patch_embed.proj.weight", "pos_embed", "blocks.0.attn.qkv.weight", "blocks.3.mlp.fc1.weight")) {
            Tensor tensor = of(vit, name);
            assertThat(Golden.largest(tensor)).as(name).isLessThanOrEqualTo(0.02 + 1e-9);
            assertThat(deviation(tensor)).as(name).isCloseTo(0.0108, within(0.0003));
            assertThat(mean(tensor)).as(name).isCloseTo(0, within(0.0005));
        }
    }

    @Test
    void vitBranchesEndInWeightsDividedByTheRootOfTwiceTheBlockNumber() {
        for (int block = 0; block < 4; block++) {
            for (String name : List.of("attn.proj.weight", "mlp.fc2.weight")) {
                assertThat(deviation(of(vit, "blocks." + block + "." + name)) * Math.sqrt(2.0 * (block + 1)))
                        .as(name)
                        .isCloseTo(0.0108, within(0.0002));
            }
        }
    }

    @Test
    void vitBiasesAreZeroNormsOneAndLayerScaleItsConstant() {
        for (Parameter parameter : vit.parameters()) {
            double[] values = Tensors.toDoubles(parameter.tensor());
            if (parameter.name().endsWith("bias")) {
                assertThat(values).as(parameter.name()).containsOnly(0);
            } else if (parameter.name().contains("norm")) {
                assertThat(values).as(parameter.name()).containsOnly(1);
            } else if (parameter.name().endsWith("gamma")) {
                assertThat(values).as(parameter.name()).containsOnly(0.1f);
            }
        }
    }

    @Test
    void resnetConvolutionsAreKaimingNormalByTheirOutputs() {
        assertThat(deviation(of(resnet, "conv1.weight")))
                .isCloseTo(Math.sqrt(2 / (64 * 49.0)), within(0.02 * Math.sqrt(2 / (64 * 49.0))));
        assertThat(deviation(of(resnet, "layer2.0.conv1.weight")))
                .isCloseTo(Math.sqrt(2 / (128 * 9.0)), within(0.02 * Math.sqrt(2 / (128 * 9.0))));
    }

    @Test
    void resnetBlocksStartAsTheirShortcuts() {
        assertThat(Tensors.toDoubles(of(resnet, "layer1.0.bn2.weight"))).containsOnly(0);
        assertThat(Tensors.toDoubles(of(resnet, "layer1.0.bn1.weight"))).containsOnly(1);
        assertThat(Tensors.toDoubles(of(resnet, "layer2.0.downsample.1.weight")))
                .containsOnly(1);
    }

    @Test
    void tablesOfRelativePositionsOfAVitStartAtZero() {
        for (String relative : List.of("per-block", "shared")) {
            var config = new VisionTransformerConfig(
                    32,
                    4,
                    64,
                    2,
                    4,
                    4,
                    VisionTransformerConfig.Positions.NONE,
                    Words.constant(VisionTransformerConfig.RelativePosition.class, relative)
                            .orElseThrow(),
                    true,
                    0.1,
                    0);
            try (Encoder encoder = Encoders.create(config, 1)) {
                String name = relative.equals("shared") ? "rel_pos_bias." : "blocks.1.attn.";
                assertThat(Golden.largest(of(encoder, name + "relative_position_bias_table")))
                        .isZero();
                assertThat(Tensors.toDoubles(of(encoder, "blocks.1.gamma_2"))).containsOnly(0.1f);
                assertThat(deviation(of(encoder, "blocks.1.mlp.fc2.weight")) * 2)
                        .isCloseTo(0.0108, within(0.0003));
            }
        }
    }

    @Test
    void swinWeightsAreNormalAndNotCutAndItsPatchesStartAsLibTorchDoes() {
        var config = new SwinTransformerConfig(
                32, 4, 96, List.of(2, 2), List.of(3, 6), 4, 4, true, SwinTransformerConfig.Positions.LEARNED, 0);
        try (Encoder swin = Encoders.create(config, 1)) {
            for (String name : List.of(
                    "absolute_pos_embed",
                    "layers.0.blocks.1.attn.proj.weight",
                    "layers.1.blocks.1.mlp.fc2.weight",
                    "layers.1.downsample.reduction.weight")) {
                assertThat(deviation(of(swin, name))).as(name).isCloseTo(0.02, within(0.0006));
                assertThat(Golden.largest(of(swin, name))).as(name).isBetween(0.06, 0.13);
            }
            String table = "layers.0.blocks.0.attn.relative_position_bias_table";
            assertThat(deviation(of(swin, table))).isCloseTo(0.02, within(0.004));
            double bound = 1 / Math.sqrt(3 * 4 * 4);
            for (String name : List.of("patch_embed.proj.weight", "patch_embed.proj.bias")) {
                assertThat(Golden.largest(of(swin, name))).isBetween(0.9 * bound, bound);
            }
            assertThat(Golden.largest(of(swin, "layers.0.blocks.0.attn.qkv.bias")))
                    .isZero();
            assertThat(Tensors.toDoubles(of(swin, "patch_embed.norm.weight"))).containsOnly(1);
        }
    }

    @Test
    void convnextWeightsAreNormalAndItsBranchesStartAtNearlyNothing() {
        var config = new ConvNeXtConfig(32, 4, List.of(1, 1), List.of(96, 192), 1e-6, 0);
        try (Encoder convnext = Encoders.create(config, 1)) {
            for (String name :
                    List.of("stem.0.weight", "stages.0.blocks.0.conv_dw.weight", "stages.1.downsample.1.weight")) {
                assertThat(deviation(of(convnext, name))).as(name).isCloseTo(0.02, within(0.0006));
            }
            assertThat(Tensors.toDoubles(of(convnext, "stages.1.blocks.0.gamma")))
                    .containsOnly(1e-6f);
            assertThat(Tensors.toDoubles(of(convnext, "stages.1.blocks.0.norm.weight")))
                    .containsOnly(1);
            assertThat(Tensors.toDoubles(of(convnext, "head.norm.weight"))).containsOnly(1);
            assertThat(Golden.largest(of(convnext, "stem.0.bias"))).isZero();
        }
    }

    @Test
    void aParameterDoesNotDependOnWhichOthersThereAre() {
        var deeper =
                new VisionTransformerConfig(32, 4, 192, 6, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        try (Encoder other = Encoders.create(deeper, 1)) {
            String name = "blocks.2.mlp.fc2.weight";
            assertThat(Golden.largestDifference(of(other, name), of(vit, name))).isZero();
        }
    }
}

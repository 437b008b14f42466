package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.config.SegmenterDescription;
import io.bandpass.format.Safetensors;
import io.bandpass.nn.NamedTensor;
import io.bandpass.segment.Segmenter;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.SegmenterWeights;
import io.bandpass.weights.WeightsOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that no golden file has: exported under the names of their authors, they come back as the same model. */
final class SegmenterNamesTest {
    private static final double SPREAD = 0.1;
    private static final LabelClasses CLASSES =
            new LabelClasses(List.of("sea", "land"), List.of(0x0000FF, 0x00FF00), List.of(0, 1), 255);

    @TempDir
    private Path folder;

    private static SegmentationConfig config(String... settings) {
        ConfigBuilder<SegmentationConfig> builder = ConfigBuilder.of(SegmentationConfig.class);
        for (String setting : settings) {
            builder.set(setting);
        }
        return builder.set("head.width=8").set("head.auxiliary-width=4").build();
    }

    /** Writes a model without starting values, exports it, imports that, and returns the names in between. */
    private Set<String> assertComesBack(SegmentationConfig config, String names) throws IOException {
        Path ours = folder.resolve("segmenter.safetensors");
        Path theirs = folder.resolve("theirs.safetensors");
        Path back = folder.resolve("back");
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                Segmenter segmenter = new Segmenter(config.encoder(), config.head(), CLASSES.size(), 1)) {
            torch.manual_seed(1);
            segmenter.setTraining(false);
            for (NamedTensor entry : segmenter.state()) {
                Tensor tensor = entry.tensor();
                if (tensor.scalar_type().intern() == ScalarType.Float) {
                    Tensor noise = Tensors.multiply(torch.randn_like(tensor), SPREAD);
                    tensor.add_(entry.name().endsWith("running_var") ? noise.abs() : noise);
                }
                if (entry.name().endsWith("attn.qkv.bias") && config.encoder().stride() == 16) {
                    long width = tensor.size(0) / 3;
                    Tensors.slice(tensor, 0, width, 2 * width).zero_();
                }
            }
            SegmenterWeights.writeImported(
                    ours,
                    NamedTensor.byName(segmenter.state()),
                    config.encoder(),
                    WeightsOrigin.of(config),
                    new SegmenterDescription(config.head(), CLASSES, config.validate()),
                    names);
            WeightsExport.write(ours, "mmsegmentation", theirs, false);
            WeightsImport.of(theirs, back).heads(2).run();
            Tensor images = torch.randn(new long[] {1, 3, 64, 64});
            try (SegmenterWeights again = SegmenterWeights.open(back)) {
                assertThat(again.description().head().auxiliaryLevel())
                        .isEqualTo(config.head().auxiliaryLevel());
                assertThat(Golden.largestDifference(again.segmenter().logits(images), segmenter.logits(images)))
                        .isLessThan(1e-6);
            }
        }
        try (CheckpointWeights checkpoint = CheckpointWeights.read(theirs)) {
            return Set.copyOf(checkpoint.tensors().names());
        }
    }

    private static final String[] BEIT = {
        "encoder.type=vit",
        "encoder.image-size=64",
        "encoder.patch-size=16",
        "encoder.width=16",
        "encoder.depth=6",
        "encoder.heads=2",
        "encoder.layer-scale=0.1",
        "encoder.positions=none",
        "encoder.relative-position=per-block"
    };

    @Test
    void beitWithTablesInEachBlock() throws IOException {
        assertThat(assertComesBack(config(BEIT), "authors split-biases index-tables"))
                .contains(
                        "backbone.cls_token",
                        "backbone.patch_embed.proj.weight",
                        "backbone.blocks.5.gamma_1",
                        "backbone.blocks.5.norm1.weight",
                        "backbone.blocks.5.attn.q_bias",
                        "backbone.blocks.5.attn.v_bias",
                        "backbone.blocks.5.attn.qkv.weight",
                        "backbone.blocks.5.attn.relative_position_bias_table",
                        "backbone.blocks.5.attn.relative_position_index",
                        "backbone.blocks.5.mlp.fc1.weight",
                        "backbone.fpn1.0.weight",
                        "backbone.fpn1.1.running_mean",
                        "backbone.fpn1.3.bias",
                        "backbone.fpn2.0.weight",
                        "decode_head.fpn_bottleneck.bn.num_batches_tracked",
                        "auxiliary_head.convs.0.conv.weight")
                .noneMatch(name -> name.startsWith("backbone.norm"));
    }

    @Test
    void beitOfMmsegmentation() throws IOException {
        assertThat(assertComesBack(config(BEIT), "mmsegmentation split-biases"))
                .contains(
                        "backbone.cls_token",
                        "backbone.patch_embed.projection.weight",
                        "backbone.layers.5.gamma_2",
                        "backbone.layers.5.ln1.weight",
                        "backbone.layers.5.attn.q_bias",
                        "backbone.layers.5.attn.qkv.weight",
                        "backbone.layers.5.attn.proj.weight",
                        "backbone.layers.5.attn.relative_position_bias_table",
                        "backbone.layers.5.ffn.layers.0.0.weight",
                        "backbone.layers.5.ffn.layers.1.bias",
                        "neck.upsample_4x.3.weight",
                        "neck.upsample_2x.0.weight")
                .noneMatch(name -> name.endsWith("relative_position_index"));
    }

    /** MAE's has absolute positions too; its pyramid may be that of patches of 8 px, and its heads group norm. */
    @Test
    void theFamilyOfBeitInOtherForms() throws IOException {
        String[] settings = BEIT.clone();
        settings[7] = "encoder.positions=learned";
        settings[8] = "encoder.relative-position=shared";
        Set<String> names = assertComesBack(config(settings), "authors split-biases index-tables");
        assertThat(names).contains("backbone.pos_embed", "backbone.rel_pos_bias.relative_position_index");
    }

    @Test
    void aSmallerPyramidAndGroupNorm() throws IOException {
        SegmentationConfig config = config(
                "encoder.type=vit",
                "encoder.image-size=64",
                "encoder.patch-size=16",
                "encoder.width=32",
                "encoder.depth=6",
                "encoder.heads=2",
                "encoder.layer-scale=0.1",
                "head.scales=[2.0, 1.0, 0.5, 0.25]");
        assertThat(assertComesBack(config, "authors split-biases"))
                .contains("backbone.pos_embed", "backbone.blocks.0.gamma_1", "backbone.fpn1.0.weight")
                .noneMatch(name -> name.startsWith("backbone.fpn2"));
    }

    @Test
    void convNeXt() throws IOException {
        SegmentationConfig config = config(
                "encoder.type=convnext",
                "encoder.image-size=64",
                "encoder.depths=[1, 1, 2, 1]",
                "encoder.widths=[4, 8, 12, 16]",
                "encoder.layer-scale=0.1");
        assertThat(assertComesBack(config, "authors"))
                .contains(
                        "backbone.downsample_layers.0.0.weight",
                        "backbone.downsample_layers.3.1.bias",
                        "backbone.stages.2.1.dwconv.weight",
                        "backbone.stages.2.1.norm.weight",
                        "backbone.stages.2.1.pwconv2.bias",
                        "backbone.stages.2.1.gamma",
                        "backbone.norm0.weight",
                        "backbone.norm3.bias");
        assertThat(Safetensors.readMetadata(folder.resolve("back/segmenter.safetensors")))
                .containsEntry("names", "authors");
    }

    @Test
    void convNeXtOfMmsegmentation() throws IOException {
        SegmentationConfig config = config(
                "encoder.type=convnext",
                "encoder.image-size=64",
                "encoder.depths=[1, 1, 2, 1]",
                "encoder.widths=[4, 8, 12, 16]",
                "encoder.layer-scale=0.1");
        assertThat(assertComesBack(config, "mmsegmentation"))
                .contains("backbone.stages.2.1.depthwise_conv.weight", "backbone.stages.2.1.pointwise_conv1.weight");
    }
}

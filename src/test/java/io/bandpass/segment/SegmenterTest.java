package io.bandpass.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.UperNetConfig;
import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.SmallEncoders;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SegmenterTest {
    private static final List<Double> SCALES = List.of(4.0, 2.0, 1.0, 0.5);

    private static UperNetConfig head(List<Integer> levels, List<Double> scales, Norm norm) {
        return new UperNetConfig(OptionalInt.of(16), levels, scales, norm, 0.1, 8, 2, 0.4);
    }

    static Stream<EncoderConfig> encoders() {
        return Stream.of(
                SmallEncoders.vit(4),
                SmallEncoders.vit(1),
                SmallEncoders.relativeVit(),
                SmallEncoders.resnet(),
                SmallEncoders.swin(),
                SmallEncoders.convNeXt(),
                GoldenSegmenter.resnet());
    }

    private static long count(Layer layer) {
        try (layer) {
            return layer.parameters().stream()
                    .mapToLong(parameter -> parameter.tensor().numel())
                    .sum();
        }
    }

    static Stream<Arguments> sizes() {
        return Stream.of(
                Arguments.of(List.of(768, 768, 768, 768), 768, 67_963_542L, 1_808_534L),
                Arguments.of(List.of(1024, 1024, 1024, 1024), 1024, 120_764_566L, 2_398_358L),
                Arguments.of(List.of(384, 384, 384, 384), 384, 17_024_406L, 923_798L),
                Arguments.of(List.of(96, 192, 384, 768), 512, 31_497_366L, 923_798L),
                Arguments.of(List.of(256, 512, 1024, 2048), 512, 40_590_486L, 2_398_358L),
                Arguments.of(List.of(64, 128, 256, 512), 512, 29_678_742L, 628_886L));
    }

    /** Counted by other programs, for 150 classes. */
    @ParameterizedTest
    @MethodSource("sizes")
    void theHeadsHaveTheSizesOfOtherPrograms(List<Integer> widths, int width, long head, long auxiliary) {
        assertThat(count(new UperNetHead(widths, width, 150, Norm.BATCH, 0.1))).isEqualTo(head);
        assertThat(count(new FcnHead(widths.get(2), 256, 150, Norm.BATCH, 0.1))).isEqualTo(auxiliary);
    }

    @Test
    void thePyramidOfAVitHasTheSizeOfOtherPrograms() {
        long sum = 0;
        for (double scale : SCALES) {
            sum += count(new PyramidBranch(768, scale, Norm.BATCH, "fpn", 1));
        }
        assertThat(sum).isEqualTo(7_081_728);
    }

    /** Heights and widths that differ, even and odd ones, smaller and larger than the encoder's own images. */
    @ParameterizedTest
    @MethodSource("encoders")
    void imagesOfAnySizeHaveLogits(EncoderConfig encoder) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                Segmenter segmenter = new Segmenter(encoder, head(List.of(), SCALES, Norm.BATCH), 3, 1)) {
            segmenter.setTraining(false);
            boolean isVit = encoder.type().equals("vit");
            for (int[] size : new int[][] {{16, 16}, {8, 20}, {40, 24}, {36, 68}}) {
                long height = isVit ? size[0] : size[0] + 1;
                long width = isVit ? size[1] : size[1] + 3;
                torch.manual_seed(2);
                Tensor images = torch.randn(2, 3, height, width);
                Tensor logits = segmenter.logits(images);
                assertThat(Tensors.isFinite(logits)).isTrue();
                Tensor first = segmenter.blocks(height, width).forward(images).get(0);
                double scale = isVit ? 4 : 1;
                assertThat(Tensors.shape(logits))
                        .containsExactly(2, 3, (long) (scale * first.size(2)), (long) (scale * first.size(3)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void everyParameterIsTrained(EncoderConfig encoder) {
        for (Norm norm : Norm.values()) {
            try (PointerScope scope = new PointerScope();
                    Segmenter segmenter = new Segmenter(encoder, head(List.of(), SCALES, norm), 3, 1)) {
                torch.manual_seed(2);
                int size = encoder.imageSize();
                List<Tensor> predictions =
                        segmenter.predictions(segmenter.blocks(size, size).forward(torch.randn(8, 3, size, size)));
                predictions
                        .get(0)
                        .square()
                        .sum()
                        .add(predictions.get(1).square().sum())
                        .backward();
                for (Parameter parameter : segmenter.parameters()) {
                    assertThat(parameter.tensor().grad().defined())
                            .as(parameter.name())
                            .isTrue();
                    boolean isBehind = parameter.name().matches("(decode_head|auxiliary_head|fpn.|norm.)\\..*");
                    assertThat(parameter.depth() == segmenter.encoder().depth())
                            .as(parameter.name())
                            .isEqualTo(isBehind || parameter.name().startsWith("rel_pos_bias"));
                }
            }
        }
    }

    @Test
    void theStateIsAFunctionOfTheSeed() {
        try (Segmenter one = new Segmenter(SmallEncoders.vit(4), head(List.of(), SCALES, Norm.BATCH), 3, 1);
                Segmenter same = new Segmenter(SmallEncoders.vit(4), head(List.of(), SCALES, Norm.BATCH), 3, 1);
                Segmenter other = new Segmenter(SmallEncoders.vit(4), head(List.of(), SCALES, Norm.BATCH), 3, 2)) {
            for (int i = 0; i < one.parameters().size(); i++) {
                Parameter parameter = one.parameters().get(i);
                assertThat(parameter.tensor().equal(same.parameters().get(i).tensor()))
                        .as(parameter.name())
                        .isTrue();
                boolean isConstant =
                        parameter.tensor().dim() == 1 && !parameter.name().matches("fpn.\\.[036]\\.bias");
                assertThat(parameter.tensor().equal(other.parameters().get(i).tensor()))
                        .as(parameter.name())
                        .isEqualTo(isConstant);
            }
        }
    }

    @Test
    void theConvolutionsOfTheHeadsStartAsInMmsegmentation() {
        try (PointerScope scope = new PointerScope();
                Segmenter segmenter = new Segmenter(
                        SmallEncoders.vit(4),
                        new UperNetConfig(OptionalInt.of(64), List.of(), SCALES, Norm.BATCH, 0.1, 64, 2, 0.4),
                        150,
                        1)) {
            for (Parameter parameter : segmenter.parameters()) {
                String name = parameter.name();
                Tensor tensor = parameter.tensor();
                if (name.endsWith("conv.weight")) {
                    double expected = Math.sqrt(2.0 / (tensor.size(0) * tensor.size(2) * tensor.size(3)));
                    assertThat(tensor.std().item_double()).as(name).isCloseTo(expected, within(0.1 * expected));
                } else if (name.endsWith("conv_seg.weight")) {
                    assertThat(tensor.std().item_double()).as(name).isCloseTo(0.01, within(0.001));
                } else if (name.endsWith("conv_seg.bias")) {
                    assertThat(tensor.abs().max().item_double()).as(name).isZero();
                } else if (name.matches("fpn.\\.[03]\\.weight")) {
                    assertThat(tensor.abs().max().item_double())
                            .as(name)
                            .isCloseTo(1 / Math.sqrt(4.0 * tensor.size(1)), within(1e-4));
                }
            }
        }
    }

    @Test
    void aFrozenNormKeepsItsStatisticsAndAGroupNormHasNone() {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(4);
            Tensor images = torch.randn(1, 3, 16, 16);
            for (Norm norm : List.of(Norm.FROZEN, Norm.GROUP)) {
                try (Segmenter segmenter =
                        new Segmenter(SmallEncoders.convNeXt(), head(List.of(), SCALES, norm), 3, 1)) {
                    List<Tensor> before = segmenter.buffers().stream()
                            .map(buffer -> buffer.tensor().clone())
                            .toList();
                    assertThat(before.isEmpty()).isEqualTo(norm == Norm.GROUP);
                    segmenter.logits(images);
                    for (int i = 0; i < before.size(); i++) {
                        assertThat(segmenter.buffers().get(i).tensor().equal(before.get(i)))
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void batchNormOfOneImageIsRefusedInTraining() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                Segmenter segmenter =
                        new Segmenter(SmallEncoders.convNeXt(), head(List.of(), SCALES, Norm.BATCH), 3, 1)) {
            Tensor image = torch.randn(1, 3, 16, 16);
            assertThatThrownBy(() -> segmenter.logits(image))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "batch norm of one image has no variance where the head averages over the whole image: a"
                                    + " micro-batch must have at least two images, or head.norm be group or frozen");
            segmenter.setTraining(false);
            assertThat(Tensors.isFinite(segmenter.logits(image))).isTrue();
        }
    }

    @Test
    void levelsAndScalesThatDoNotFitAreRefused() {
        EncoderConfig vit = SmallEncoders.vit(4);
        for (List<Integer> wrong : List.of(List.of(0, 1, 2, 4), List.of(0, 2, 1, 3), List.of(-1, 0, 1, 2))) {
            assertThatThrownBy(() -> new Segmenter(vit, head(wrong, SCALES, Norm.BATCH), 3, 1))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("head.levels is " + wrong
                            + ", but must be ascending numbers from 0 to 3, the levels of this encoder");
        }
        List<Double> small = List.of(1.0, 0.5, 0.25, 0.125);
        assertThatThrownBy(() -> new Segmenter(vit, head(List.of(), small, Norm.BATCH), 3, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "head.scales has 0.125, which leaves nothing of a map of 4 x 4 patches: it must be at least 1 /"
                                + " 4");
    }

    @Test
    void theNamesAreThoseOfPublicCheckpoints() {
        List<Double> scales = List.of(8.0, 4.0, 2.0, 0.25);
        try (Segmenter vit = new Segmenter(SmallEncoders.vit(12), head(List.of(), scales, Norm.GROUP), 3, 1);
                Segmenter swin = new Segmenter(SmallEncoders.swin(), head(List.of(), scales, Norm.BATCH), 3, 1)) {
            List<String> names = vit.parameters().stream().map(Parameter::name).toList();
            assertThat(names)
                    .contains(
                            "blocks.11.attn.qkv.weight",
                            "fpn1.0.weight",
                            "fpn1.1.weight",
                            "fpn1.3.bias",
                            "fpn1.4.bias",
                            "fpn1.6.weight",
                            "fpn2.0.weight",
                            "fpn2.3.weight",
                            "fpn3.0.weight",
                            "decode_head.psp_modules.3.1.gn.weight",
                            "auxiliary_head.convs.0.conv.weight")
                    .doesNotContain("norm.weight", "fpn4.0.weight", "fpn3.1.weight");
            assertThat(swin.parameters().stream().map(Parameter::name))
                    .contains("norm0.weight", "norm3.bias", "decode_head.fpn_bottleneck.bn.weight")
                    .doesNotContain("norm.weight");
        }
    }

    /** Photographs are as large as they are, and a window may be all of one. */
    @ParameterizedTest
    @MethodSource("encoders")
    void anImageOfAnyEdgeIsSegmentedAtTheNearestThatFits(EncoderConfig encoder) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                Segmenter segmenter = new Segmenter(encoder, head(List.of(), SCALES, Norm.BATCH), 3, 1)) {
            segmenter.setTraining(false);
            for (int edge = 1; edge <= 40; edge++) {
                int fitting = segmenter.fittingEdge(edge);
                assertThat(segmenter.fittingEdge(fitting)).isEqualTo(fitting);
                Tensor logits = segmenter.logits(torch.zeros(1, 3, fitting, segmenter.fittingEdge(41 - edge)));
                assertThat(logits.isfinite().all().item_bool()).isTrue();
            }
        }
    }

    @Test
    void aVitTakesWholePatchesOfWhichEveryScaleLeavesACell() {
        try (Segmenter segmenter = new Segmenter(SmallEncoders.vit(4), head(List.of(), SCALES, Norm.BATCH), 3, 1)) {
            assertThat(List.of(1, 9, 10, 13, 14, 16, 307).stream().map(segmenter::fittingEdge))
                    .containsExactly(8, 8, 12, 12, 16, 16, 308);
        }
    }
}

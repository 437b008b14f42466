package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.LossConfig;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.Words;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrequencyLossTest {
    private static final Device CPU = new Device("cpu");

    /** The authors' settings by the names of {@code loss_values.json}. */
    private static final Map<String, String> GOLDEN = Map.ofEntries(
            Map.entry("default_masked", "target: masked"),
            Map.entry("default_normal", "target: full"),
            Map.entry("gamma2_masked", "gamma: 2"),
            Map.entry("gamma2_normal", "gamma: 2, target: full"),
            Map.entry("gamma0.5_masked", "gamma: 0.5"),
            Map.entry("ave_masked", "average-spectrum: true"),
            Map.entry("ave_normal", "average-spectrum: true, target: full"),
            Map.entry("matrix_masked", "focal: image"),
            Map.entry("matrix_normal", "focal: image, target: full"),
            Map.entry("matrix_mg2_masked", "focal: image, focal-alpha: 2"),
            Map.entry("matrix_mg0.5_normal", "focal: image, focal-alpha: 0.5, target: full"),
            Map.entry("matrix_log_masked", "focal: image, focal-log: true"),
            Map.entry("matrix_log_normal", "focal: image, focal-log: true, target: full"),
            Map.entry("matrix_batch_masked", "focal: batch"),
            Map.entry("matrix_batch_normal", "focal: batch, target: full"),
            Map.entry(
                    "ffl_all_normal",
                    "gamma: 2, focal: batch, focal-log: true, average-spectrum: true, patch-factor: 2, target: full"),
            Map.entry("patch2_normal", "patch-factor: 2, target: full"),
            Map.entry("patch2_matrix_normal", "patch-factor: 2, focal: image, target: full"),
            Map.entry("default_masked__mask_b", "target: masked"),
            Map.entry("gamma2_masked__mask_b", "gamma: 2"),
            Map.entry("ave_masked__mask_b", "average-spectrum: true"),
            Map.entry("matrix_masked__mask_b", "focal: image"),
            Map.entry("matrix_batch_masked__mask_b", "focal: batch"));

    static Set<String> goldenNames() {
        return GOLDEN.keySet();
    }

    @ParameterizedTest
    @MethodSource("goldenNames")
    void equalsTheAuthorsLossAndGradient(String name) {
        LossConfig config = Losses.of(Objects.requireNonNull(GOLDEN.get(name)));
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("loss");
                FrequencyLoss loss = new FrequencyLoss(config, 32, 32, CPU)) {
            Tensor prediction = golden.get("pred").clone();
            prediction.set_requires_grad(true);
            Tensor masks = golden.get(name.endsWith("mask_b") ? "mask_b" : "mask");
            LossWeight weight = loss.weight(2, () -> removed(masks), () -> half(masks));
            Tensor value = loss.of(prediction, golden.get("target"), half(masks), weight);
            double expected = golden.get("loss_" + name).item_double();
            assertThat(value.item_double()).isCloseTo(expected, within(1e-6 * expected));
            Tensor gradient = golden.find("grad_" + name);
            if (gradient != null) {
                value.backward();
                assertThat(Golden.largestDifference(prediction.grad(), gradient))
                        .isLessThan(1e-5 * Golden.largest(gradient));
            }
        }
    }

    @Test
    void everyLossOfTheAuthorsIsCompared() {
        List<String> names = new ArrayList<>();
        Golden.json("loss_values").fieldNames().forEachRemaining(names::add);
        Set<String> others = Set.of(
                "patch2_masked",
                "pred_equals_target_normal",
                "pred_equals_target_grad_absmax",
                "matrix_pred_equals_target");
        assertThat(names)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(GOLDEN.keySet().stream(), others.stream()).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            map_default | target: full
            map_matrix  | focal: image
            map_patch2  | patch-factor: 2
            """)
    void equalsTheAuthorsMapOnTheHalfSpectrum(String name, String keys) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("loss")) {
            Tensor difference = golden.get("pred").sub(golden.get("target"));
            Tensor map = new SpectralDistance(Losses.of(keys)).map(difference, false);
            Tensor full = golden.get(name);
            Tensor expected = Spectrum.halfOf(full.size(1) == 1 ? full.squeeze(1) : full);
            assertThat(Golden.largestDifference(map, expected)).isLessThan(2e-6 * Golden.largest(full));
        }
    }

    /** There it ends with an error; here each tile has the mask of its size, as method.md says. */
    @Test
    void tilesWithMasksWorkUnlikeInTheAuthorsProgram() {
        assertThat(Golden.json("loss_values").get("patch2_masked").asText()).startsWith("RuntimeError");
        LossConfig config = Losses.of("patch-factor: 2");
        MaskConfig mask = new MaskConfig(OptionalDouble.of(4), OptionalDouble.empty(), 0.5, true);
        MaskDraws draws = MaskDraws.middle(true, false);
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("loss");
                FrequencyFilter filter = FrequencyFilter.of(mask.at(32).tile(2), mask.clamp(), CPU);
                FrequencyLoss loss = new FrequencyLoss(config, 32, 32, CPU)) {
            Tensor prediction = golden.get("pred");
            Tensor target = golden.get("target");
            Tensor masks = filter.halfMasks(prediction, draws);
            assertThat(Tensors.toFloats(filter.centred(masks).select(0, 0)))
                    .isEqualTo(Tensors.toFloats(RadialMask.CIRCLE.lowPass(16, 16, 2, Double.POSITIVE_INFINITY)));
            double value = loss.of(
                            prediction, target, masks, loss.weight(2, () -> filter.removedBins(draws), () -> masks))
                    .item_double();
            double expected = new LossOracle(config).loss(prediction, target, filter.centred(masks));
            assertThat(value).isCloseTo(expected, within(1e-6 * expected));
        }
    }

    static List<int[]> sizes() {
        List<int[]> sizes = new ArrayList<>();
        for (int[] size : new int[][] {{28, 28}, {32, 32}, {33, 47}, {30, 45}, {45, 30}, {224, 224}, {7, 8}, {1, 5}}) {
            for (int radius : new int[] {0, 2, 5, 16}) {
                sizes.add(new int[] {size[0], size[1], radius});
            }
        }
        return sizes;
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void halfSpectrumEqualsTwoFullTransforms(int[] setting) {
        int height = setting[0];
        int width = setting[1];
        try (PointerScope scope = new PointerScope();
                FrequencyFilter filter = FrequencyFilter.radial(
                        RadialMask.CIRCLE, height, width, setting[2], Double.POSITIVE_INFINITY, true, CPU)) {
            Tensor prediction = torch.randn(new long[] {3, 3, height, width}, KeyedRandom.generator(2));
            Tensor target = torch.randn(new long[] {3, 3, height, width}, KeyedRandom.generator(3));
            MaskDraws draws = MaskDraws.middle(true, false, true);
            Tensor halfMasks = filter.halfMasks(prediction, draws);
            // The oracle in float64: a float32 sum over 450,000 terms is itself off by more than 1e-6.
            Tensor p = prediction.to(ScalarType.Double);
            Tensor t = target.to(ScalarType.Double);
            Tensor masks = filter.centred(halfMasks).to(ScalarType.Double);
            for (double gamma : new double[] {1, 2, 0.5}) {
                double masked = SpectrumOracle.masked(p, t, masks, gamma).item_double();
                double full = SpectrumOracle.full(p, t, gamma).item_double();
                for (String word : new String[] {"masked", "full"}) {
                    try (FrequencyLoss loss = new FrequencyLoss(
                            new LossConfig(
                                    Words.constant(LossConfig.Target.class, word)
                                            .orElseThrow(),
                                    gamma),
                            height,
                            width,
                            CPU)) {
                        LossWeight weight = loss.weight(3, () -> filter.removedBins(draws), () -> halfMasks);
                        double value =
                                loss.of(prediction, target, halfMasks, weight).item_double();
                        double expected = word.equals("masked") ? masked : full;
                        assertThat(value).isCloseTo(expected, within(1e-6 * expected));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            target: full               | pred_equals_target_normal
            focal: image, target: full | matrix_pred_equals_target
            focal: batch, target: full | matrix_pred_equals_target
            """)
    void isFiniteWhereThePredictionIsPerfect(String keys, String name) {
        try (PointerScope scope = new PointerScope();
                FrequencyLoss loss = new FrequencyLoss(Losses.of(keys), 32, 32, CPU)) {
            Tensor images = torch.zeros(1, 3, 32, 32);
            images.set_requires_grad(true);
            Tensor value = loss.of(images, images.detach(), new Tensor(), loss.weight(1, () -> 0, Tensor::new));
            value.backward();
            assertThat(value.item_double())
                    .isCloseTo(Golden.json("loss_values").get(name).asDouble(), within(1e-9));
            assertThat(Golden.largest(images.grad())).isZero();
        }
    }

    /** Options cost the published loss nothing: these are the operations of the first version, in their order. */
    @Test
    void thePublishedLossIsWhatItWasToTheBit() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("loss");
                FrequencyLoss loss = new FrequencyLoss(new LossConfig(LossConfig.Target.MASKED, 1), 32, 32, CPU)) {
            Tensor prediction = golden.get("pred");
            Tensor target = golden.get("target");
            Tensor masks = golden.get("mask_b");
            Tensor parts = torch.view_as_real(torch.fft_rfft2(prediction.sub(target)));
            Tensor squared = Tensors.multiply(Tensors.sum(parts.mul(parts), -1), 1.0 / (32 * 32));
            Tensor distance = Tensors.add(squared, 1e-12).sqrt();
            Tensor weights = Tensors.oneMinus(half(masks)).mul(Spectrum.columnCounts(32));
            Tensor before = Tensors.multiply(distance.mul(weights).sum(), 1 / (removed(masks) * 3));
            Tensor now =
                    loss.of(prediction, target, half(masks), loss.weight(2, () -> removed(masks), () -> half(masks)));
            assertThat(Tensors.toFloats(now)).isEqualTo(Tensors.toFloats(before));
        }
    }

    private static Tensor half(Tensor centredMasks) {
        return Spectrum.halfOf(centredMasks).unsqueeze(1);
    }

    private static double removed(Tensor centredMasks) {
        return centredMasks.numel() - centredMasks.sum().item_double();
    }
}

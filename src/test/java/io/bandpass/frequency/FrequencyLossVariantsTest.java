package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.LossConfig;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option of the loss against its definition, on odd, even and unequal sides. */
class FrequencyLossVariantsTest {
    private static final Device CPU = new Device("cpu");
    private static final MaskDraws DRAWS = MaskDraws.middle(true, false, true);
    static final List<String> VARIANTS = Losses.VARIANTS;

    /** Images, target and masks of a size, in float64. */
    private record Case(Tensor prediction, Tensor target, Tensor masks, Tensor centred, double removed) {
        static Case of(LossConfig config, int height, int width) {
            int factor = config.patchFactor();
            Tensor prediction = torch.randn(new long[] {3, 3, height, width}, KeyedRandom.generator(2));
            Tensor target = torch.randn(new long[] {3, 3, height, width}, KeyedRandom.generator(3));
            try (FrequencyFilter filter = FrequencyFilter.radial(
                    RadialMask.CIRCLE, height / factor, width / factor, 1.5, Double.POSITIVE_INFINITY, true, CPU)) {
                Tensor masks = filter.halfMasks(prediction, DRAWS);
                return new Case(
                        prediction.to(ScalarType.Double),
                        target.to(ScalarType.Double),
                        masks.to(ScalarType.Double),
                        filter.centred(masks).to(ScalarType.Double),
                        filter.removedBins(DRAWS));
            }
        }

        Tensor loss(FrequencyLoss loss, Tensor values) {
            return loss.of(values, target, masks, weight(loss));
        }

        LossWeight weight(FrequencyLoss loss) {
            return loss.weight((int) prediction.size(0), () -> removed, () -> masks);
        }

        Case part(int from, int to) {
            Tensor some = Tensors.slice(centred, 0, from, to);
            return new Case(
                    Tensors.slice(prediction, 0, from, to),
                    Tensors.slice(target, 0, from, to),
                    Tensors.slice(masks, 0, from, to),
                    some,
                    some.numel() - some.sum().item_double());
        }
    }

    static List<Arguments> variantsAndSizes() {
        List<Arguments> cases = new ArrayList<>();
        for (String variant : Losses.VARIANTS) {
            int factor = Losses.of(variant).patchFactor();
            for (int[] size : new int[][] {{8, 8}, {9, 7}, {6, 11}, {11, 4}, {5, 5}}) {
                cases.add(Arguments.of(variant, size[0] * factor, size[1] * factor));
            }
        }
        return cases;
    }

    @ParameterizedTest(name = "{0}, {1} x {2}")
    @MethodSource("variantsAndSizes")
    void equalsTheDefinition(String variant, int height, int width) {
        LossConfig config = Losses.of(variant);
        try (PointerScope scope = new PointerScope();
                FrequencyLoss loss = new FrequencyLoss(config, height, width, CPU)) {
            Case c = Case.of(config, height, width);
            double expected = new LossOracle(config).loss(c.prediction, c.target, c.centred);
            assertThat(c.loss(loss, c.prediction).item_double()).isCloseTo(expected, within(1e-12 * expected));
            Tensor each = loss.ofEach(c.prediction, c.target, c.masks);
            assertThat(Tensors.shape(each)).containsExactly(3);
            double[] values = Tensors.toDoubles(each);
            for (int i = 0; i < 3; i++) {
                Case one = c.part(i, i + 1);
                double alone = new LossOracle(config).loss(one.prediction, one.target, one.centred);
                assertThat(values[i]).isCloseTo(alone, within(1e-12 * alone));
            }
            Tensor single = c.prediction.to(ScalarType.Float);
            double rounded = loss.of(
                            single, c.target.to(ScalarType.Float), c.masks.to(ScalarType.Float), c.weight(loss))
                    .item_double();
            assertThat(rounded).isCloseTo(expected, within(1e-5 * expected));
        }
    }

    @ParameterizedTest
    @FieldSource("VARIANTS")
    void gradientEqualsCentralDifferences(String variant) {
        LossConfig config = Losses.of(variant);
        int height = 4 * config.patchFactor();
        int width = 5 * config.patchFactor();
        try (PointerScope scope = new PointerScope();
                FrequencyLoss loss = new FrequencyLoss(config, height, width, CPU)) {
            Case c = Case.of(config, height, width);
            Tensor prediction = c.prediction.clone();
            prediction.set_requires_grad(true);
            c.loss(loss, prediction).backward();
            double[] gradient = Tensors.toDoubles(prediction.grad());
            LossOracle oracle = new LossOracle(config);
            double step = 1e-5;
            for (int i = 0; i < gradient.length; i += 7) {
                double[] slopes = new double[2];
                for (int side : new int[] {0, 1}) {
                    try (PointerScope inner = new PointerScope()) {
                        Tensor moved = c.prediction.clone();
                        double value = Tensors.toDoubles(moved)[i];
                        moved.data_ptr_double().put(i, value + (side == 1 ? step : -step));
                        slopes[side] = oracle.loss(moved, c.prediction, c.target, c.centred);
                    }
                }
                assertThat(gradient[i]).isCloseTo((slopes[1] - slopes[0]) / (2 * step), within(1e-8));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("VARIANTS")
    void partsAddUpToTheWholeUnlessItNeedsTheWholeBatch(String variant) {
        LossConfig config = Losses.of(variant);
        int size = 6 * config.patchFactor();
        try (PointerScope scope = new PointerScope();
                FrequencyLoss loss = new FrequencyLoss(config, size, size, CPU)) {
            Case c = Case.of(config, size, size);
            double together = c.loss(loss, c.prediction).item_double();
            Case first = c.part(0, 1);
            Case rest = c.part(1, 3);
            LossWeight whole = first.weight(loss).plus(rest.weight(loss));
            LossWeight expected = c.weight(loss);
            if (config.radiusExponent() == 0) {
                assertThat(whole).isEqualTo(expected);
            }
            // Sums of weights, unlike counts, are rounded.
            assertThat(whole.terms()).isCloseTo(expected.terms(), within(1e-15 * expected.terms()));
            assertThat(whole.images()).isEqualTo(expected.images());
            double sum = 0;
            for (Case part : new Case[] {first, rest}) {
                sum += loss.of(part.prediction, part.target, part.masks, whole).item_double();
            }
            boolean equal = Math.abs(sum - together) < 1e-12 * together;
            assertThat(loss.needsWholeBatch()).isEqualTo(!equal);
        }
    }
}

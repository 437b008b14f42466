package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.checkpoint.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
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

    @ParameterizedTest
    @CsvSource({
        "default_masked, mask, true, 1",
        "default_normal, mask, false, 1",
        "gamma2_masked, mask, true, 2",
        "gamma2_normal, mask, false, 2",
        "gamma0.5_masked, mask, true, 0.5",
        "default_masked__mask_b, mask_b, true, 1",
        "gamma2_masked__mask_b, mask_b, true, 2"
    })
    void equalsTheAuthorsLossAndGradient(String name, String mask, boolean masked, double gamma) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("loss");
                FrequencyLoss loss = new FrequencyLoss(32, gamma, CPU)) {
            Tensor prediction = golden.get("pred").clone();
            prediction.set_requires_grad(true);
            Tensor target = golden.get("target");
            Tensor masks = golden.get(mask);
            Tensor value = masked
                    ? loss.masked(prediction, target, half(masks), removed(masks))
                    : loss.full(prediction, target, 2 * 32 * 32);
            double expected = golden.get("loss_" + name).item_double();
            assertThat(value.item_double()).isCloseTo(expected, within(1e-5 * expected));
            Tensor gradient = golden.find("grad_" + name);
            if (gradient != null) {
                value.backward();
                assertThat(Golden.largestDifference(prediction.grad(), gradient))
                        .isLessThan(1e-4 * Golden.largest(gradient));
            }
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
                FrequencyFilter filter =
                        new FrequencyFilter(height, width, setting[2], Double.POSITIVE_INFINITY, true, CPU)) {
            Tensor prediction = torch.randn(new long[] {3, 3, height, width}, KeyedRandom.generator(2));
            Tensor target = torch.randn(new long[] {3, 3, height, width}, KeyedRandom.generator(3));
            boolean[] lowPass = {true, false, true};
            for (double gamma : new double[] {1, 2, 0.5}) {
                try (FrequencyLoss loss = new FrequencyLoss(width, gamma, CPU)) {
                    double masked = loss.masked(
                                    prediction, target, filter.halfMasks(lowPass), filter.removedBins(lowPass))
                            .item_double();
                    // The oracle in float64: a float32 sum over 450,000 terms is itself off by more than 1e-6.
                    Tensor p = prediction.to(ScalarType.Double);
                    Tensor t = target.to(ScalarType.Double);
                    Tensor masks = filter.centredMasks(lowPass).to(ScalarType.Double);
                    double oracle = SpectrumOracle.masked(p, t, masks, gamma).item_double();
                    assertThat(masked).isCloseTo(oracle, within(1e-6 * oracle));
                    double full =
                            loss.full(prediction, target, 3.0 * height * width).item_double();
                    double fullOracle = SpectrumOracle.full(p, t, gamma).item_double();
                    assertThat(full).isCloseTo(fullOracle, within(1e-6 * fullOracle));
                }
            }
        }
    }

    @Test
    void gradientEqualsCentralDifferences() {
        try (PointerScope scope = new PointerScope();
                FrequencyFilter filter = new FrequencyFilter(6, 7, 2, Double.POSITIVE_INFINITY, true, CPU);
                FrequencyLoss loss = new FrequencyLoss(7, 1, CPU)) {
            Tensor prediction = torch.randn(new long[] {2, 3, 6, 7}, KeyedRandom.generator(4))
                    .to(ScalarType.Double);
            prediction.set_requires_grad(true);
            Tensor target = torch.randn(new long[] {2, 3, 6, 7}, KeyedRandom.generator(5))
                    .to(ScalarType.Double);
            boolean[] lowPass = {true, false};
            Tensor masks = filter.halfMasks(lowPass).to(ScalarType.Double);
            double removed = filter.removedBins(lowPass);
            loss.masked(prediction, target, masks, removed).backward();
            double[] gradient = Tensors.toDoubles(prediction.grad());
            double step = 1e-6;
            for (int i = 0; i < gradient.length; i++) {
                Tensor nudge = torch.zeros_like(prediction.detach());
                nudge.data_ptr_double().put(i, step);
                double up = loss.masked(prediction.detach().add(nudge), target, masks, removed)
                        .item_double();
                double down = loss.masked(prediction.detach().sub(nudge), target, masks, removed)
                        .item_double();
                assertThat(gradient[i]).isCloseTo((up - down) / (2 * step), within(1e-8));
            }
        }
    }

    @Test
    void partsOfABatchAddUpWithTheNormaliserOfTheWhole() {
        try (PointerScope scope = new PointerScope();
                FrequencyFilter filter = new FrequencyFilter(32, 32, 4, Double.POSITIVE_INFINITY, true, CPU);
                FrequencyLoss loss = new FrequencyLoss(32, 1, CPU)) {
            Tensor prediction = torch.randn(new long[] {4, 3, 32, 32}, KeyedRandom.generator(6));
            Tensor target = torch.randn(new long[] {4, 3, 32, 32}, KeyedRandom.generator(7));
            boolean[] lowPass = {true, false, false, true};
            Tensor masks = filter.halfMasks(lowPass);
            double whole = filter.removedBins(lowPass);
            double together = loss.masked(prediction, target, masks, whole).item_double();
            double sum = 0;
            for (int[] part : new int[][] {{0, 1}, {1, 4}}) {
                sum += loss.masked(
                                Tensors.slice(prediction, 0, part[0], part[1]),
                                Tensors.slice(target, 0, part[0], part[1]),
                                Tensors.slice(masks, 0, part[0], part[1]),
                                whole)
                        .item_double();
            }
            assertThat(sum).isCloseTo(together, within(1e-6 * together));
        }
    }

    @Test
    void isFiniteWhereThePredictionIsPerfect() {
        try (PointerScope scope = new PointerScope();
                FrequencyLoss loss = new FrequencyLoss(32, 1, CPU)) {
            Tensor images = torch.zeros(1, 3, 32, 32);
            images.set_requires_grad(true);
            Tensor value = loss.full(images, images.detach(), 32 * 32);
            value.backward();
            assertThat(value.item_double())
                    .isCloseTo(
                            Golden.json("loss_values")
                                    .get("pred_equals_target_normal")
                                    .asDouble(),
                            within(1e-9));
            assertThat(Golden.largest(images.grad())).isZero();
        }
    }

    private static Tensor half(Tensor centredMasks) {
        return Spectrum.halfOf(centredMasks).unsqueeze(1);
    }

    private static double removed(Tensor centredMasks) {
        return centredMasks.numel() - centredMasks.sum().item_double();
    }
}

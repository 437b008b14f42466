package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Com and RCom against whole spectra in float64. */
class MagnitudeMasksTest {
    private static final Device CPU = new Device("cpu");
    private static final List<Double> FRACTIONS = List.of(0.005, 0.01, 0.05, 0.4);
    private static final double[] UNIFORM = {0, 0.2499, 0.25, 0.6, 0.999};
    private static final int[] CHOSEN = {0, 0, 1, 2, 3};

    @ParameterizedTest
    @CsvSource({"64, 64", "33, 47", "47, 32", "32, 33", "8, 8", "7, 7", "5, 6", "2, 2", "64, 2"})
    void theStrongestFrequenciesAreKept(int height, int width) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("corrupt");
                FrequencyFilter filter = FrequencyFilter.magnitude(height, width, FRACTIONS, true, CPU)) {
            Tensor photo = Tensors.slice(Tensors.slice(golden.get("img01"), 1, 0, height), 2, 0, width);
            Tensor noise = torch.rand(new long[] {3, height, width}, KeyedRandom.generator(5));
            for (Tensor image : new Tensor[] {photo, noise}) {
                MaskDraws draws = new MaskDraws(new boolean[] {true, true, true, true, true}, UNIFORM);
                Tensor images = torch.stack(new TensorVector(image, image, image, image, image));
                Tensor half = filter.halfMasks(images, draws);
                Tensor centred = filter.centred(half);
                Symmetry.check(centred);
                double[] magnitudes = magnitudes(image);
                for (int i = 0; i < UNIFORM.length; i++) {
                    float[] mask = Tensors.toFloats(centred.select(0, i));
                    checkStrongest(mask, magnitudes, FRACTIONS.get(CHOSEN[i]));
                }
                double kept = centred.sum().item_double();
                assertThat(filter.removedBins(draws, half)).isEqualTo(5.0 * height * width - kept);
                MaskDraws others = new MaskDraws(new boolean[5], UNIFORM);
                Tensor complement = filter.halfMasks(images, others);
                assertThat(Tensors.toFloats(complement)).isEqualTo(Tensors.toFloats(Tensors.oneMinus(half)));
                assertThat(filter.removedBins(others, complement)).isEqualTo(kept);
            }
        }
    }

    /** |F| of the grey image, the whole spectrum, centred, in float64. */
    private static double[] magnitudes(Tensor image) {
        Tensor luma = Tensors.ofFloats(new float[] {0.299f, 0.587f, 0.114f}, 3, 1, 1);
        Tensor grey = Tensors.sum(image.to(ScalarType.Double).mul(luma.to(ScalarType.Double)), 0);
        return Tensors.toDoubles(torch.fft_fftshift(torch.fft_fft2(grey)).abs());
    }

    private static void checkStrongest(float[] mask, double[] magnitudes, double fraction) {
        double[] sorted = magnitudes.clone();
        Arrays.sort(sorted);
        int wanted = (int) Math.max(1, Math.rint(fraction * mask.length));
        double limit = sorted[sorted.length - wanted];
        double weakestKept = Double.POSITIVE_INFINITY;
        double strongestRemoved = 0;
        int kept = 0;
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] == 1) {
                kept++;
                weakestKept = Math.min(weakestKept, magnitudes[i]);
            } else {
                strongestRemoved = Math.max(strongestRemoved, magnitudes[i]);
            }
        }
        assertThat(kept).isBetween(wanted, Math.min(mask.length, wanted + 1));
        // The masks are chosen in float32.
        double rounding = 1e-6 * sorted[sorted.length - 1];
        assertThat(weakestKept).isGreaterThan(limit - rounding);
        assertThat(strongestRemoved).isLessThan(limit + rounding);
    }

    /** Symmetric and flat images have many frequencies of one magnitude; still the fraction is kept, in pairs. */
    @ParameterizedTest
    @CsvSource({"8, 8", "9, 9", "16, 16"})
    void tiesKeepPairsTogether(int height, int width) {
        try (PointerScope scope = new PointerScope();
                FrequencyFilter filter = FrequencyFilter.magnitude(height, width, FRACTIONS, true, CPU)) {
            Tensor black = Tensors.zeros(ScalarType.Float, 3, height, width);
            Tensor point = black.clone();
            point.select(1, 0).select(1, 0).fill_(new Scalar(1.0));
            Tensor noise = torch.rand(new long[] {3, height, width}, KeyedRandom.generator(6));
            Tensor transposed = noise.add(noise.transpose(1, 2));
            for (Tensor image : new Tensor[] {black, point, transposed}) {
                MaskDraws draws = new MaskDraws(new boolean[] {true, true, true, true, true}, UNIFORM);
                Tensor images = torch.stack(new TensorVector(image, image, image, image, image));
                Tensor centred = filter.centred(filter.halfMasks(images, draws));
                Symmetry.check(centred);
                for (int i = 0; i < UNIFORM.length; i++) {
                    int wanted = (int) Math.max(1, Math.rint(FRACTIONS.get(CHOSEN[i]) * height * width));
                    assertThat(centred.select(0, i).sum().item_double()).isBetween((double) wanted, wanted + 1.0);
                }
            }
        }
    }

    @Test
    void aMaskFollowsFromItsImageAndDrawAlone() {
        try (PointerScope scope = new PointerScope();
                FrequencyFilter filter = FrequencyFilter.magnitude(20, 22, FRACTIONS, true, CPU)) {
            Tensor images = torch.rand(new long[] {5, 3, 20, 22}, KeyedRandom.generator(7));
            MaskDraws draws = new MaskDraws(new boolean[] {true, false, true, false, true}, UNIFORM);
            Tensor together = filter.halfMasks(images, draws);
            for (int i = 0; i < 5; i++) {
                Tensor alone = filter.halfMasks(Tensors.slice(images, 0, i, i + 1), draws.part(i, i + 1));
                assertThat(Tensors.toFloats(alone)).isEqualTo(Tensors.toFloats(Tensors.slice(together, 0, i, i + 1)));
            }
            Tensor kept = filter.keep(images, together);
            assertThat(Golden.largestDifference(kept, SpectrumOracle.filter(images, filter.centred(together))))
                    .isLessThan(2e-6);
            assertThat(filter.dependsOnImages()).isTrue();
            assertThatIllegalStateException().isThrownBy(() -> filter.removedBins(draws));
        }
    }
}

package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RadialWeightTest {
    @ParameterizedTest
    @CsvSource({"8, 8, 1", "7, 9, 1", "9, 4, 2", "32, 32, 0.5", "1, 1, 1", "1, 5, 3", "224, 224, 8"})
    void theirMeanOverTheFullSpectrumIsOne(int height, int width, double exponent) {
        try (PointerScope scope = new PointerScope()) {
            Tensor half = RadialWeight.ofHalf(height, width, exponent);
            assertThat(Tensors.shape(half)).containsExactly(height, width / 2 + 1);
            Tensor full = Spectrum.centred(half.unsqueeze(0), width);
            assertThat(full.mean().item_double()).isCloseTo(1, within(1e-12));
        }
    }

    /** Relative to DC, which counts like its neighbours. Row 5 of 8 is three below, column 4 the highest frequency. */
    @Test
    void theyAreAPowerOfTheDistanceFromDc() {
        try (PointerScope scope = new PointerScope()) {
            Tensor half = RadialWeight.ofHalf(8, 8, 1.5);
            double[] weights = Tensors.toDoubles(half.div(half.select(0, 0).select(0, 0)));
            assertThat(weights[0]).isEqualTo(1);
            assertThat(weights[1]).isEqualTo(1);
            assertThat(weights[5]).isEqualTo(1);
            assertThat(weights[2]).isCloseTo(Math.pow(2, 1.5), within(1e-12));
            assertThat(weights[5 * 5 + 4]).isCloseTo(Math.pow(5, 1.5), within(1e-12));
            assertThat(weights[3 * 5 + 4]).isEqualTo(weights[5 * 5 + 4]);
            assertThat(weights[4 * 5 + 4]).isCloseTo(Math.pow(32, 0.75), within(1e-12));
        }
    }
}

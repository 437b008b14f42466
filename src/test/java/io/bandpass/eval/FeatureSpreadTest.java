package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.Tensors;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

final class FeatureSpreadTest {
    private static final long ROWS = 400;

    /** Variances 1, 1/2, 1/4, 1/4 of independent channels, whatever their means. */
    @Test
    void theRankIsTheExponentialOfTheEntropyOfVariances() {
        try (PointerScope scope = new PointerScope()) {
            float[] values = new float[4 * 8];
            float[] deviations = {1, (float) Math.sqrt(0.5), 0.5f, 0.5f};
            for (int row = 0; row < 8; row++) {
                for (int channel = 0; channel < 4; channel++) {
                    // Walsh functions: uncorrelated, of mean 0 and variance 1.
                    int sign = Integer.bitCount(row & (channel + 1)) % 2 == 0 ? 1 : -1;
                    values[4 * row + channel] = 7 * channel + sign * deviations[channel];
                }
            }
            FeatureSpread spread = FeatureSpread.of(Tensors.ofFloats(values, 8, 4));
            // Shares 1/2, 1/4, 1/8, 1/8: an entropy of 1.75 bits.
            assertThat(spread.effectiveRank()).isCloseTo(Math.pow(2, 1.75), within(1e-5));
            assertThat(spread.rms()).isCloseTo(Math.sqrt((2 + 49 * (1 + 4 + 9)) / 4.0), within(1e-5));
        }
    }

    @Test
    void fewerImagesThanChannels() {
        try (PointerScope scope = new PointerScope()) {
            Tensor features = torch.randn(5, 64);
            Tensor more = features.repeat(2, 1);
            assertThat(FeatureSpread.of(features).effectiveRank())
                    .isBetween(3.0, 4.0)
                    .isCloseTo(FeatureSpread.of(more).effectiveRank(), within(1e-6));
        }
    }

    @Test
    void oneDirectionHasARankOfAboutOne() {
        try (PointerScope scope = new PointerScope()) {
            Tensor noise = Tensors.multiply(torch.randn(ROWS, 32), 0.02);
            Tensor line = torch.randn(ROWS, 1).mul(torch.randn(1, 32));
            FeatureSpread spread = FeatureSpread.of(line.add(noise));
            assertThat(spread.effectiveRank()).isBetween(1.0, 1.2);
            assertThat(FeatureSpread.of(torch.randn(ROWS, 32)).effectiveRank()).isGreaterThan(28);
        }
    }

    @Test
    void equalFeaturesHaveRankOne() {
        try (PointerScope scope = new PointerScope()) {
            FeatureSpread spread = FeatureSpread.of(torch.ones(3, 4).mul(new Scalar(2.0)));
            assertThat(spread).isEqualTo(new FeatureSpread(1, 2));
        }
    }

    @Test
    void aCollapseIsLowAndLowerThanAtTheStart() {
        assertThat(FeatureSpread.collapse(OptionalDouble.of(1.2), OptionalDouble.of(8.5)))
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("effective rank 1.2, 8.5 at the start"));
        assertThat(FeatureSpread.collapse(OptionalDouble.of(3), OptionalDouble.of(8.5)))
                .isEmpty();
        assertThat(FeatureSpread.collapse(OptionalDouble.of(1.4), OptionalDouble.of(1.5)))
                .isEmpty();
        assertThat(FeatureSpread.collapse(OptionalDouble.empty(), OptionalDouble.of(1.5)))
                .isEmpty();
        // An older run, resumed.
        assertThat(FeatureSpread.collapse(OptionalDouble.of(1), OptionalDouble.empty()))
                .isEmpty();
    }
}

package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RadialEnergyTest {
    private static final JsonNode RINGS = Golden.json("heatmap").get("rings");
    private static final long[] AXES = {-2, -1};

    @ParameterizedTest
    @ValueSource(strings = {"fgsm", "pgd", "pgd_l2"})
    void energyOfAPerturbationByRadius(String attack) {
        JsonNode expected = RINGS.get(attack);
        RadialEnergy energy = new RadialEnergy(16, 16);
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("heatmap")) {
            Tensor delta = golden.get("delta_" + attack);
            energy.add(Tensors.slice(delta, 0, 0, 7));
            energy.add(Tensors.slice(delta, 0, 7, 30));
        }
        equal(energy.energy(), expected.get("energy"));
        equal(energy.meanPower(), expected.get("mean"));
        assertThat(energy.bins()).hasSize(expected.get("bins").size());
        for (int k = 0; k < energy.bins().length; k++) {
            assertThat(energy.bins()[k]).isEqualTo(expected.get("bins").get(k).asLong());
        }
        double share = expected.get("low_share").asDouble();
        assertThat(energy.lowShare(RINGS.get("radius_of_low_share").asDouble())).isCloseTo(share, within(1e-5 * share));
    }

    private static void equal(double[] actual, JsonNode expected) {
        assertThat(actual).hasSize(expected.size());
        for (int k = 0; k < actual.length; k++) {
            double value = expected.get(k).asDouble();
            assertThat(actual[k]).as("ring %d", k).isCloseTo(value, within(1e-6 * value));
        }
    }

    /** Against whole spectra, centred, bin by bin; also with sides that are odd. */
    @ParameterizedTest
    @CsvSource({"8, 8", "7, 7", "6, 9", "9, 6", "1, 5", "4, 1"})
    void everyFrequencyIsCountedOnce(int height, int width) {
        try (PointerScope scope = new PointerScope()) {
            Tensor images = torch.rand(new long[] {2, 3, height, width}, KeyedRandom.generator(3))
                    .to(ScalarType.Double);
            RadialEnergy energy = new RadialEnergy(height, width);
            energy.add(images);
            double[] power = Tensors.toDoubles(Tensors.sum(
                    torch.fft_fftshift(torch.fft_fft2(images), AXES).abs().square(), 0, 1));
            double[] rings = new double[energy.energy().length];
            double below = 0;
            double all = 0;
            for (int i = 0; i < power.length; i++) {
                int v = i / width - height / 2;
                int u = i % width - width / 2;
                double distance = Math.hypot(v, u);
                double value = power[i] / height / width;
                rings[(int) distance] += value;
                below += distance < 1.5 ? value : 0;
                all += value;
            }
            double squares = images.square().sum().item_double();
            assertThat(all).isCloseTo(squares, within(1e-9));
            assertThat(energy.energy()).containsExactly(rings, within(1e-9));
            assertThat(LongStream.of(energy.bins()).sum()).isEqualTo((long) height * width);
            assertThat(energy.lowShare(1.5)).isCloseTo(below / all, within(1e-12));
        }
    }

    /** 16 of 224 px are 8 of 112. */
    @Test
    void lowFrequenciesAreThoseOfTheMethodUnlessARadiusIsGiven() {
        try (PointerScope scope = new PointerScope()) {
            Tensor images = torch.rand(new long[] {1, 1, 112, 140}, KeyedRandom.generator(4));
            RadialEnergy energy = new RadialEnergy(112, 140);
            energy.add(images);
            assertThat(energy.lowShare()).isEqualTo(energy.lowShare(8)).isNotEqualTo(energy.lowShare(10));
        }
    }

    @Test
    void whatHasNoMeanIsRefused() {
        try (PointerScope scope = new PointerScope()) {
            RadialEnergy energy = new RadialEnergy(4, 6);
            assertThatThrownBy(energy::meanPower).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(energy::lowShare).hasMessageContaining("no image was added");
            assertThatThrownBy(() -> energy.add(Tensors.zeros(ScalarType.Float, 1, 3, 6, 4)))
                    .hasMessage("images of 6 x 4 pixels were expected as (N, C, H, W)");
            energy.add(Tensors.zeros(ScalarType.Float, 1, 3, 4, 6));
            assertThat(energy.meanPower()).containsOnly(0);
            assertThatThrownBy(energy::lowShare).hasMessageContaining("0 everywhere");
        }
    }
}

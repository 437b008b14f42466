package io.bandpass.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FourierBasisTest {
    private static final long[] AXES = {-2, -1};

    @ParameterizedTest
    @ValueSource(ints = {8, 7, 32})
    void basisImages(int size) {
        JsonNode bins = Golden.json("heatmap").get("basis" + size + "_bins");
        FourierBasis basis = new FourierBasis(size, size);
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("heatmap")) {
            Tensor expected = golden.get("basis" + size);
            assertThat(bins).hasSize((int) expected.size(0));
            for (int i = 0; i < bins.size(); i++) {
                FourierBin bin = new FourierBin(
                        bins.get(i).get(0).asInt(), bins.get(i).get(1).asInt());
                double[] values = Tensors.toDoubles(expected.select(0, i));
                assertThat(basis.values(bin)).as("%s", bin).containsExactly(values, within(1e-12));
            }
        }
    }

    /** For even and odd sides, by the whole spectrum of each image. */
    @ParameterizedTest
    @CsvSource({"6, 6", "7, 7", "4, 7", "5, 6", "1, 4"})
    void anImageHasNormOneAndOnlyItsFrequencyAndTheMirrorImage(int height, int width) {
        FourierBasis basis = new FourierBasis(height, width);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                FourierBin bin = new FourierBin(row, column);
                FourierBin mirror = basis.mirror(bin);
                assertThat(basis.mirror(mirror)).isEqualTo(bin);
                assertThat(basis.values(mirror)).isEqualTo(basis.values(bin));
                double[] values = basis.values(bin);
                double[] power = centredPower(values, height, width);
                double whole = 0;
                for (double value : values) {
                    whole += value * value;
                }
                assertThat(whole).isCloseTo(1, within(1e-12));
                double share = mirror.equals(bin) ? 1 : 0.5;
                for (int i = 0; i < power.length; i++) {
                    FourierBin at = new FourierBin(i / width, i % width);
                    assertThat(power[i])
                            .as("%s at %s", bin, at)
                            .isCloseTo(at.equals(bin) || at.equals(mirror) ? share : 0, within(1e-6));
                }
            }
        }
    }

    private static double[] centredPower(double[] values, int height, int width) {
        try (PointerScope scope = new PointerScope()) {
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) values[i];
            }
            Tensor spectrum = torch.fft_fft2(Tensors.ofFloats(floats, height, width));
            return Tensors.toDoubles(
                    Tensors.multiply(torch.fft_fftshift(spectrum, AXES).abs().square(), 1.0 / height / width));
        }
    }

    @ParameterizedTest
    @CsvSource({"32, 32, 32, 1, 514", "224, 224, 63, 1, 1985", "224, 224, 63, 2, 481", "7, 7, 63, 1, 25"})
    void halfOfThePlaneHoldsOneOfEachPair(int height, int width, int lowest, int step, int expected) {
        FourierBasis basis = new FourierBasis(height, width);
        List<FourierBin> half = basis.half(lowest, step);
        Set<FourierBin> both = new HashSet<>(half);
        half.forEach(bin -> both.add(basis.mirror(bin)));
        int reachOfRows = FourierBasis.offsets(height, lowest, step).length;
        int reachOfColumns = FourierBasis.offsets(width, lowest, step).length;
        assertThat(half)
                .hasSize(expected)
                .doesNotHaveDuplicates()
                .allMatch(bin -> basis.first(bin).equals(bin));
        assertThat(both).hasSize(reachOfRows * reachOfColumns).contains(new FourierBin(height / 2, width / 2));
    }

    @Test
    void offsetsAreFromDcAndInsideTheSpectrum() {
        assertThat(FourierBasis.offsets(8, 8, 1)).containsExactly(-4, -3, -2, -1, 0, 1, 2, 3);
        assertThat(FourierBasis.offsets(7, 9, 1)).containsExactly(-3, -2, -1, 0, 1, 2, 3);
        assertThat(FourierBasis.offsets(8, 5, 1)).containsExactly(-2, -1, 0, 1, 2);
        assertThat(FourierBasis.offsets(8, 8, 3)).containsExactly(-3, 0, 3);
        assertThat(FourierBasis.offsets(224, 63, 2)).hasSize(31).startsWith(-30).endsWith(30);
    }

    @Test
    void gridsWithoutAMiddleAndFrequenciesOutsideAreRefused() {
        FourierBasis basis = new FourierBasis(8, 10);
        assertThatThrownBy(() -> basis.half(4, 1)).hasMessageContaining("the lowest 4 frequencies");
        assertThatThrownBy(() -> basis.half(8, 1)).hasMessageContaining("odd or at least 10");
        assertThatThrownBy(() -> basis.half(3, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> basis.values(new FourierBin(8, 0)))
                .hasMessage("frequency (8, 0) is not in the spectrum of images of 10 x 8 pixels");
        assertThatThrownBy(() -> new FourierBasis(0, 3)).hasMessageContaining("3 x 0 pixels");
    }

    @Test
    void theNormJoinsThePublishedOnes() {
        assertThat(FourierNorm.of(32, 32)).isCloseTo(4.0, within(1e-12));
        assertThat(FourierNorm.of(224, 224)).isCloseTo(15.7, within(1e-9));
        assertThat(FourierNorm.of(28, 28)).isCloseTo(3.64, within(0.005));
        assertThat(FourierNorm.of(384, 384)).isCloseTo(22.9, within(0.05));
        assertThat(FourierNorm.of(112, 448)).isCloseTo(15.7, within(1e-9));
    }
}

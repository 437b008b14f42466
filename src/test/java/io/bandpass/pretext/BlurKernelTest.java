package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.format.TensorFile;
import io.bandpass.pretext.BlurKernel.Profile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BlurKernelTest {
    static Stream<Arguments> kernels() {
        return Stream.of(
                Arguments.of("blur_iso5_k7_kernel", BlurKernel.gaussian(7, 5, 5, 0)),
                Arguments.of("blur_iso5_k15_kernel", BlurKernel.gaussian(15, 5, 5, 0)),
                Arguments.of("blur_iso5_k21_kernel", BlurKernel.gaussian(21, 5, 5, 0)),
                Arguments.of("kernel_aniso", BlurKernel.gaussian(15, 2, 4, 0.7)),
                Arguments.of("kernel_gen_iso", new BlurKernel(Profile.GENERALISED, 15, 3, 3, 0, 1.5)),
                Arguments.of("kernel_gen_aniso", new BlurKernel(Profile.GENERALISED, 15, 2, 4, 0.7, 0.8)),
                Arguments.of("kernel_plateau_iso", new BlurKernel(Profile.PLATEAU, 15, 3, 3, 0, 1.5)),
                Arguments.of("kernel_plateau_aniso", new BlurKernel(Profile.PLATEAU, 15, 2, 4, 0.7, 1.2)),
                Arguments.of("kernel_sinc", BlurKernel.sinc(15, 1.3)));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void equalsTheAuthorsKernel(String name, BlurKernel kernel) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("degradations")) {
            double[] expected = Tensors.toDoubles(golden.get(name));
            assertThat(kernel.values()).hasSize(kernel.size() * kernel.size());
            assertThat(kernel.values()).containsExactly(expected, within(1e-8));
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void itsSumIsOneAndHalfATurnChangesNothing(String name, BlurKernel kernel) {
        double[] values = kernel.values();
        assertThat(Arrays.stream(values).sum()).isCloseTo(1, within(1e-14));
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isEqualTo(values[values.length - 1 - i]);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aQuarterTurnSwapsTheAxes(String name, BlurKernel kernel) {
        BlurKernel turned = turned(kernel, kernel.rotation() + Math.PI / 2);
        BlurKernel swapped = new BlurKernel(
                kernel.profile(),
                kernel.size(),
                kernel.sigma2(),
                kernel.sigma1(),
                kernel.rotation(),
                kernel.parameter());
        assertThat(turned.values()).containsExactly(swapped.values(), within(1e-15));
        boolean isotropic = kernel.sigma1() == kernel.sigma2();
        double largest = 0;
        for (int i = 0; i < kernel.values().length; i++) {
            largest = Math.max(largest, Math.abs(kernel.values()[i] - turned.values()[i]));
        }
        assertThat(largest < 1e-15).isEqualTo(isotropic);
    }

    @Test
    void sigma1LiesAlongTheColumnsUntilItIsTurnedTowardsTheRows() {
        int size = 9;
        double[] flat = BlurKernel.gaussian(size, 4, 1, 0).values();
        assertThat(at(flat, size, 4, 7)).isGreaterThan(10 * at(flat, size, 7, 4));
        // An eighth of a turn: from the columns to the diagonal on which row and column grow together.
        double[] diagonal = BlurKernel.gaussian(size, 4, 1, Math.PI / 4).values();
        assertThat(at(diagonal, size, 6, 6)).isGreaterThan(2 * at(diagonal, size, 6, 2));
    }

    @Test
    void aSincKernelPassesWhatLiesBelowItsCutOffAndRemovesWhatLiesAbove() {
        int size = 101;
        double[] values = BlurKernel.sinc(size, 1).values();
        assertThat(gain(values, size, 0.5)).isCloseTo(1, within(0.05));
        assertThat(gain(values, size, 1)).isCloseTo(0.5, within(0.1));
        assertThat(gain(values, size, 1.5)).isCloseTo(0, within(0.05));
    }

    @Test
    void saysWhatItIs() {
        assertThat(BlurKernel.gaussian(15, 5, 5, 0).describe()).isEqualTo("Gaussian blur, 15 px, sigma 5");
        assertThat(new BlurKernel(Profile.PLATEAU, 9, 2.3456, 0.25, Math.PI / 6, 1.5).describe())
                .isEqualTo("plateau blur, 9 px, sigma 2.35 x 0.25 at 30 degrees, beta 1.5");
        assertThat(new BlurKernel(Profile.GENERALISED, 7, 3, 3, 0, 0.5).describe())
                .isEqualTo("generalised Gaussian blur, 7 px, sigma 3, beta 0.5");
        assertThat(BlurKernel.sinc(21, Math.PI / 3).describe()).isEqualTo("sinc blur, 21 px, cut-off 1.05");
    }

    /** The kernel's frequency response along the columns, at so many radians per pixel. */
    private static double gain(double[] values, int size, double frequency) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i] * Math.cos(frequency * (i % size - size / 2));
        }
        return sum;
    }

    private static double at(double[] values, int size, int row, int column) {
        return values[row * size + column];
    }

    private static BlurKernel turned(BlurKernel kernel, double rotation) {
        return new BlurKernel(
                kernel.profile(), kernel.size(), kernel.sigma1(), kernel.sigma2(), rotation, kernel.parameter());
    }
}

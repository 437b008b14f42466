package io.bandpass.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class TensorsTest {
    private static double norm(Tensor tensor) {
        return Tensors.norm(tensor).item_double();
    }

    @Test
    void theNormIsThatOfAllElementsWhateverTheShape() {
        float[] values = {1, -2, 4, 0, 2, -4, 8, 0};
        double expected = Math.sqrt(1 + 4 + 16 + 4 + 16 + 64);
        try (PointerScope scope = new PointerScope()) {
            assertThat(norm(Tensors.ofFloats(new float[] {-3}))).isEqualTo(3);
            assertThat(norm(Tensors.ofFloats(values, 8))).isCloseTo(expected, within(1e-5));
            assertThat(norm(Tensors.ofFloats(values, 1, 8))).isCloseTo(expected, within(1e-5));
            assertThat(norm(Tensors.ofFloats(values, 8, 1))).isCloseTo(expected, within(1e-5));
            assertThat(norm(Tensors.channelsLast(Tensors.ofFloats(values, 1, 2, 2, 2))))
                    .isCloseTo(expected, within(1e-5));
            assertThat(norm(Tensors.zeros(ScalarType.Float, 0, 3))).isZero();
            assertThat(norm(Tensors.ofFloats(new float[] {1, Float.NaN}, 1, 2))).isNaN();
        }
    }

    @Test
    void theNormOfALargeTensorKeepsItsDigits() {
        try (PointerScope scope = new PointerScope()) {
            Tensor tenths = Tensors.zeros(ScalarType.Float, 2048, 2048).fill_(new Scalar(0.1));
            // LibTorch 2.10 gives 204.345 here.
            assertThat(norm(tenths)).isCloseTo(204.8, within(1e-3));
        }
    }
}

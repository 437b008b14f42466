package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShiftedWindowsTest {
    @ParameterizedTest
    @CsvSource({"8, 4, 2", "8, 4, 0", "9, 3, 1", "7, 7, 0", "2, 1, 0"})
    void joiningUndoesCutting(int map, int window, int shift) {
        ShiftedWindows windows = new ShiftedWindows(map, map, window, shift);
        try (PointerScope scope = new PointerScope()) {
            Tensor maps = torch.randn(2, map, map, 3);
            Tensor cut = windows.cut(maps);
            long count = (map / window) * (long) (map / window);
            assertThat(Tensors.shape(cut)).containsExactly(2, count, (long) window * window, 3);
            assertThat(Golden.largestDifference(windows.join(cut), maps)).isZero();
        }
    }

    @Test
    void theFirstShiftedWindowStartsAtTheShift() {
        try (PointerScope scope = new PointerScope()) {
            Tensor numbers = torch.arange(new Scalar(16.0f)).view(1, 4, 4, 1);
            assertThat(Tensors.toFloats(new ShiftedWindows(4, 4, 2, 1).cut(numbers)))
                    .containsExactly(5, 6, 9, 10, 7, 4, 11, 8, 13, 14, 1, 2, 15, 12, 3, 0);
        }
    }

    @Test
    void masksEqualTheAuthors() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("swin")) {
            check(golden.get("a_state.encoder.layers.0.blocks.1.attn_mask"), 16);
            check(golden.get("a_state.encoder.layers.1.blocks.1.attn_mask"), 8);
            check(golden.get("b_state.encoder.layers.1.blocks.1.attn_mask"), 8);
        }
    }

    private static void check(Tensor expected, int map) {
        Tensor mask = new ShiftedWindows(map, map, 4, 2).mask(new Device("cpu")).squeeze(1);
        assertThat(Golden.largestDifference(mask, expected)).isZero();
    }
}

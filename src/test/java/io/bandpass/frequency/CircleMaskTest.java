package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.checkpoint.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircleMaskTest {
    private static final double NONE = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @CsvSource({
        "32_r4, 32, 32, 4, Infinity",
        "224_r16, 224, 224, 16, Infinity",
        "64_r10_40, 64, 64, 10, 40",
        "33_r5, 33, 33, 5, Infinity",
        "47_r8_20, 47, 47, 8, 20"
    })
    void equalsTheAuthorsMasks(String name, int height, int width, double radius, double outer) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("masks")) {
            assertThat(Tensors.toFloats(CircleMask.lowPass(height, width, radius, outer)))
                    .isEqualTo(Tensors.toFloats(golden.get("low_" + name)));
            assertThat(Tensors.toFloats(CircleMask.highPass(height, width, radius, outer)))
                    .isEqualTo(Tensors.toFloats(golden.get("high_" + name)));
        }
    }

    @Test
    void followsHeightAndWidth() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("masks")) {
            assertThat(Tensors.toFloats(CircleMask.lowPass(33, 47, 6, NONE)))
                    .isEqualTo(Tensors.toFloats(golden.get("low_33x47_r6_NOT_OFFICIAL")));
        }
    }

    @Test
    void keeps793BinsInThePapersSetting() {
        try (PointerScope scope = new PointerScope()) {
            Tensor mask = CircleMask.lowPass(224, 224, 16, NONE);
            assertThat(mask.sum().item_double()).isEqualTo(793);
        }
    }
}

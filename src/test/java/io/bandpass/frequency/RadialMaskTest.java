package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.MaskConfig;
import io.bandpass.config.Words;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RadialMaskTest {
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
            assertThat(Tensors.toFloats(RadialMask.CIRCLE.lowPass(height, width, radius, outer)))
                    .isEqualTo(Tensors.toFloats(golden.get("low_" + name)));
            assertThat(Tensors.toFloats(RadialMask.CIRCLE.highPass(height, width, radius, outer)))
                    .isEqualTo(Tensors.toFloats(golden.get("high_" + name)));
        }
    }

    @Test
    void followsHeightAndWidth() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("masks")) {
            assertThat(Tensors.toFloats(RadialMask.CIRCLE.lowPass(33, 47, 6, NONE)))
                    .isEqualTo(Tensors.toFloats(golden.get("low_33x47_r6_NOT_OFFICIAL")));
        }
    }

    @Test
    void keeps793BinsInThePapersSetting() {
        try (PointerScope scope = new PointerScope()) {
            Tensor mask = RadialMask.CIRCLE.lowPass(224, 224, 16, NONE);
            assertThat(mask.sum().item_double()).isEqualTo(793);
        }
    }

    /** The number in the start lines of a run is counted without a mask. */
    @ParameterizedTest
    @CsvSource({
        "224, 16, 0",
        "28, 2, 0",
        "32, 2.2857142857142856, 0",
        "32, 2, 0",
        "33, 5, 0",
        "16, 0.5, 0",
        "7, 4.9, 0",
        "6, 4.2, 0",
        "64, 10, 40",
        "47, 8, 20",
        "9, 1, 3",
        "10, 5, 0",
        "10, 25, 0"
    })
    void aMaskKnowsHowManyBinsItKeeps(int size, double radius, double outer) {
        OptionalDouble limit = outer == 0 ? OptionalDouble.empty() : OptionalDouble.of(outer);
        for (RadialMask shape : RadialMask.values()) {
            String word = shape.name().toLowerCase(Locale.ROOT);
            MaskConfig config = new MaskConfig(
                    Words.constant(MaskConfig.Shape.class, word).orElseThrow(),
                    OptionalDouble.of(radius),
                    List.of(),
                    limit,
                    List.of(0.01),
                    0.5,
                    0,
                    0,
                    true);
            try (PointerScope scope = new PointerScope()) {
                Tensor mask = shape.lowPass(size, size, radius, limit.orElse(NONE));
                assertThat((double) config.at(size).keptBins(radius))
                        .as(word)
                        .isEqualTo(mask.sum().item_double());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8, 8, 2, Infinity",
        "9, 12, 3.5, Infinity",
        "12, 9, 2, 4",
        "7, 7, 1, 3",
        "16, 16, 0.5, Infinity",
        "10, 6, 2.5, 3.5"
    })
    void squareAndRhombusKeepWhatTheirFormulaSays(int height, int width, double radius, double outer) {
        try (PointerScope scope = new PointerScope()) {
            float[] square = Tensors.toFloats(RadialMask.SQUARE.lowPass(height, width, radius, outer));
            float[] rhombus = Tensors.toFloats(RadialMask.RHOMBUS.lowPass(height, width, radius, outer));
            float[] rest = Tensors.toFloats(RadialMask.RHOMBUS.highPass(height, width, radius, outer));
            for (int i = 0; i < square.length; i++) {
                int v = Math.abs(i / width - height / 2);
                int u = Math.abs(i % width - width / 2);
                boolean inSquare = v < radius && u < radius;
                boolean outsideOuterSquare = v >= outer || u >= outer;
                assertThat(square[i]).isEqualTo(inSquare || outsideOuterSquare ? 1 : 0);
                assertThat(rhombus[i]).isEqualTo(v + u < radius || v + u >= outer ? 1 : 0);
                assertThat(rest[i]).isEqualTo(1 - rhombus[i]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "9, 7", "8, 9", "11, 6"})
    void allShapesAreSymmetricAndReadBackFromTheirHalf(int height, int width) {
        for (RadialMask shape : RadialMask.values()) {
            for (double radius : new double[] {0.5, 1, 2, 2.5, 3, 5}) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor mask = shape.lowPass(height, width, radius, 6).unsqueeze(0);
                    Symmetry.check(mask);
                    assertThat(Tensors.toFloats(Spectrum.centred(Spectrum.halfOf(mask), width)))
                            .isEqualTo(Tensors.toFloats(mask));
                }
            }
        }
    }
}

package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RelativePositionBiasTest {
    @ParameterizedTest
    @CsvSource({
        "vit_tiny, b_state.encoder.blocks.1.attn, 8, true",
        "vit_tiny, c_state.encoder.rel_pos_bias, 8, true",
        "swin, a_state.encoder.layers.0.blocks.0.attn, 4, false",
        "swin, b_state.encoder.layers.3.blocks.1.attn, 2, false"
    })
    void rowsOfTheTableAreThoseOfTheAuthors(String file, String layer, int edge, boolean classToken) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors(file);
                RelativePositionBias bias = new RelativePositionBias(edge, classToken, 2)) {
            numberTheRows(bias);
            long tokens = (long) edge * edge + (classToken ? 1 : 0);
            Tensor rows = golden.get(layer + ".relative_position_index");
            assertThat(Golden.largestDifference(bias.forward(tokens).select(0, 0), rows))
                    .isZero();
            assertThat(Golden.largestDifference(bias.forward(tokens).select(0, 1), Tensors.multiply(rows, -1)))
                    .isZero();
        }
    }

    /** Row r holds r for the first head and -r for the second. */
    private static void numberTheRows(RelativePositionBias bias) {
        Tensor table = bias.parameters().get(0).tensor();
        float[] values = new float[(int) table.numel()];
        for (int row = 0; row < values.length / 2; row++) {
            values[2 * row] = row;
            values[2 * row + 1] = -row;
        }
        try (NoGradGuard guard = new NoGradGuard()) {
            table.copy_(Tensors.ofFloats(values, values.length / 2, 2));
        }
    }

    @Test
    void eachRowGetsTheGradientsOfItsPairs() {
        try (PointerScope scope = new PointerScope();
                RelativePositionBias bias = new RelativePositionBias(2, true, 1)) {
            bias.forward(5).sum().backward();
            // Distances from (-1, -1) to (1, 1), then the class token as query, as key, and with itself.
            assertThat(Tensors.toFloats(bias.parameters().get(0).tensor().grad()))
                    .containsExactly(1, 2, 1, 2, 4, 2, 1, 2, 1, 4, 4, 1);
        }
    }

    @Test
    void tablesAreNotDecayed() {
        try (RelativePositionBias bias = new RelativePositionBias(2, true, 1);
                Attention attention = new Attention(
                        8, 2, Attention.Bias.QV_SEPARATE, Optional.of(new RelativePositionBias(2, true, 2)))) {
            assertThat(bias.parameters()).extracting(Parameter::decay).containsExactly(false);
            assertThat(attention.parameters().stream().filter(Parameter::decay).map(Parameter::name))
                    .containsExactlyInAnyOrder("qkv.weight", "proj.weight");
        }
    }
}

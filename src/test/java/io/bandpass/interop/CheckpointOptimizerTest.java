package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Moments find their parameters by order, groups and shapes. */
final class CheckpointOptimizerTest {
    @Test
    void everyParameterOfTheAuthorsModelHasItsMoments() throws Exception {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("checkpoints");
                CheckpointOptimizer optimizer = CheckpointOptimizer.read(Golden.path("official_ckpt.pth"))) {
            assertThat(optimizer.updates()).isEqualTo(5);
            assertThat(optimizer.first().names())
                    .hasSize(34)
                    .isEqualTo(optimizer.second().names());
            for (String name : optimizer.first().names()) {
                assertThat(Tensors.shape(optimizer.first().get(name)))
                        .as(name)
                        .isEqualTo(Tensors.shape(golden.get("pre.state." + name)));
                assertThat(Golden.largest(optimizer.first().get(name))).as(name).isPositive();
                assertThat(Arrays.stream(Tensors.toDoubles(optimizer.second().get(name))))
                        .as(name)
                        .allMatch(value -> value >= 0);
            }
            Map<String, Tensor> named = optimizer.named();
            assertThat(named).hasSize(64).containsKey("exp_avg_sq.encoder.blocks.1.attn.qkv.bias");
            // Their keys have no bias, so nothing was ever averaged for it.
            Tensor bias = Objects.requireNonNull(named.get("exp_avg.encoder.blocks.0.attn.qkv.bias"));
            assertThat(Golden.largest(Tensors.slice(bias, 0, 64, 128))).isZero();
            assertThat(Golden.largestDifference(
                            Tensors.slice(bias, 0, 128, 192), optimizer.first().get("encoder.blocks.0.attn.v_bias")))
                    .isZero();
        }
    }

    @Test
    void groupsThatCannotBeToldApartAreRefused() {
        assertThatThrownBy(() -> CheckpointOptimizer.read(Golden.path("official_finetune_ckpt.pth")))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("groups of parameters")
                .hasMessageContaining("one group of all parameters is expected, or one with weight decay");
    }
}

package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class ChannelDropoutTest {
    private static Tensor ones() {
        return torch.ones(new long[] {8, 200, 2, 3}, new TensorOptions(ScalarType.Float));
    }

    @Test
    void wholeChannelsAreDroppedAndTheOthersScaled() {
        try (PointerScope scope = new PointerScope();
                ChannelDropout dropout = new ChannelDropout(0.2)) {
            torch.manual_seed(1);
            Tensor result = dropout.forward(ones());
            double[] values = Tensors.toDoubles(result);
            int dropped = 0;
            for (int i = 0; i < values.length; i += 6) {
                for (int j = 0; j < 6; j++) {
                    assertThat(values[i + j]).isEqualTo(values[i]);
                }
                assertThat(values[i] == 0 || Math.abs(values[i] - 1.25) < 1e-6).isTrue();
                dropped += values[i] == 0 ? 1 : 0;
            }
            assertThat(dropped / 1600.0).isCloseTo(0.2, within(0.03));
            torch.manual_seed(1);
            assertThat(dropout.forward(ones()).equal(result)).isTrue();
        }
    }

    @Test
    void nothingIsDroppedInEvaluation() {
        try (PointerScope scope = new PointerScope();
                ChannelDropout dropout = new ChannelDropout(0.2)) {
            dropout.setTraining(false);
            Tensor ones = ones();
            assertThat(dropout.forward(ones)).isSameAs(ones);
        }
    }
}

package io.bandpass.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class MovingAverageTest {
    @Test
    void equalsTheFormulaAndCountsItsUpdates() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor value = Tensors.ofFloats(new float[] {1, -2}, 2);
            Tensor batches = Tensors.ofLongs(new long[] {0}, 1);
            try (MovingAverage average =
                    new MovingAverage(List.of(new NamedTensor("w", value), new NamedTensor("batches", batches)), 0.5)) {
                double[] expected = {1, -2};
                for (int n = 1; n <= 40; n++) {
                    value.add_(new Scalar(n));
                    batches.add_(new Scalar(1L));
                    average.update();
                    double decay = Math.min(0.5, (1.0 + n) / (10.0 + n));
                    double[] now = Tensors.toDoubles(value);
                    for (int i = 0; i < 2; i++) {
                        expected[i] = decay * expected[i] + (1 - decay) * now[i];
                    }
                }
                double[] averaged = Tensors.toDoubles(average.averages().get(0).tensor());
                assertThat(averaged[0]).isCloseTo(expected[0], within(1e-3));
                assertThat(averaged[1]).isCloseTo(expected[1], within(1e-3));
                assertThat(average.averages().get(1).tensor().item_long()).isEqualTo(40);
                assertThat(average.state().get(0).name()).isEqualTo("ema.updates");
                assertThat(average.state().get(0).tensor().item_long()).isEqualTo(40);
            }
        }
    }

    @Test
    void startsAgainFromTheValuesOfNow() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor value = Tensors.ofFloats(new float[] {1}, 1);
            try (MovingAverage average = new MovingAverage(List.of(new NamedTensor("w", value)), 0.9)) {
                average.update();
                value.fill_(new Scalar(7));
                average.restart();
                assertThat(average.averages().get(0).tensor().item_float()).isEqualTo(7);
                assertThat(average.state().get(0).tensor().item_long()).isZero();
            }
        }
    }
}

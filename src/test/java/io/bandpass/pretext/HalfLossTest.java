package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.nn.Parameter;
import io.bandpass.pretext.MaskedFrequencyModel.HalfLoss;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Configs;
import io.bandpass.torch.Compute;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HalfLossTest {
    private static final int IMAGES = 4;
    private static final PretrainingConfig CONFIG = Configs.run(Configs.vitTiny(), 4);

    private static Tensor images() {
        int size = CONFIG.encoder().imageSize();
        return torch.rand(IMAGES, 3, size, size).mul(new Scalar(255)).to(ScalarType.Byte);
    }

    @ParameterizedTest
    @ValueSource(strings = {"loss.gamma=1", "loss.radius-exponent=1", "loss={radius-exponent: 2, normaliser: image}"})
    void itIsTheLossOfABatchThatIsFilteredAlike(String setting) {
        try (PointerScope scope = new PointerScope();
                MaskedFrequencyModel model = new MaskedFrequencyModel(Configs.with(CONFIG, setting), Compute.cpu())) {
            model.setTraining(false);
            Tensor images = images();
            for (boolean lowPass : new boolean[] {true, false}) {
                boolean[] filters = new boolean[IMAGES];
                Arrays.fill(filters, lowPass);
                PretextTask.MicroBatch batch = model.microBatch(images, filters);
                double expected =
                        batch.reconstruct(BatchTotals.of(List.of(batch))).loss();
                assertThat(model.halfLoss(images, lowPass).loss()).isCloseTo(expected, within(1e-6 * expected));
            }
            assertThat(model.halfLoss(images, true).ofZero())
                    .isNotCloseTo(model.halfLoss(images, false).ofZero(), within(1e-3));
        }
    }

    @Test
    void aDecoderOfZerosPredictsZero() {
        try (PointerScope scope = new PointerScope();
                MaskedFrequencyModel model = new MaskedFrequencyModel(CONFIG, Compute.cpu())) {
            try (NoGradGuard guard = new NoGradGuard()) {
                for (Parameter parameter : model.parameters()) {
                    if (parameter.name().startsWith("decoder.")) {
                        parameter.tensor().zero_();
                    }
                }
            }
            model.setTraining(false);
            HalfLoss loss = model.halfLoss(images(), true);
            assertThat(loss.loss()).isEqualTo(loss.ofZero());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, false, true",
        "1, 0, 0, true, false",
        "0.5, 0, 0, true, true",
        "1, 2, 0, true, true",
        "0, 2, 0.5, true, true",
        "0, 2, 0, false, true",
        "1, 2, 1, true, false"
    })
    void onlyWhatIsDrawnIsMeasured(String probability, String warmup, String first, boolean low, boolean high) {
        try (MaskedFrequencyModel model = new MaskedFrequencyModel(
                Configs.with(
                        CONFIG,
                        "mask.lowpass-probability=" + probability,
                        "mask.lowpass-warmup-epochs=" + warmup,
                        "mask.lowpass-warmup-probability=" + first),
                Compute.cpu())) {
            assertThat(model.draws(true)).isEqualTo(low);
            assertThat(model.draws(false)).isEqualTo(high);
        }
    }
}

package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.testing.Configs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the probability of low-pass masks changes during training. */
final class MaskWarmupTest {
    private static final PretrainingConfig PLAIN = Configs.run(Configs.vitTiny(), 4);
    private static final PretrainingConfig WARM = Configs.with(
            PLAIN,
            "mask.lowpass-probability=0.7",
            "mask.lowpass-warmup-epochs=1.5",
            "mask.lowpass-warmup-probability=0.1");

    @ParameterizedTest
    @CsvSource({"0, 0.1", "0.375, 0.25", "0.75, 0.4", "1.4999999999, 0.7", "1.5, 0.7", "1.6, 0.7", "200, 0.7"})
    void growsLinearlyToItsValue(double epochsDone, double expected) {
        assertThat(WARM.mask().keepProbability(epochsDone)).isCloseTo(expected, within(1e-9));
    }

    /** So that runs without a warm-up draw what they drew before. */
    @Test
    void isTheConfiguredNumberToTheBitWithoutAWarmupAndAfterIt() {
        for (double p : new double[] {0, 0.1, 0.3, 1 / 3.0, 0.7, 1}) {
            String probability = "mask.lowpass-probability=" + p;
            assertThat(Configs.with(PLAIN, probability).mask().keepProbability(0))
                    .isEqualTo(p);
            assertThat(Configs.with(WARM, probability).mask().keepProbability(1.5))
                    .isEqualTo(p);
        }
    }

    @Test
    void mayFallToo() {
        MaskConfig mask = Configs.with(WARM, "mask.lowpass-probability=0").mask();
        assertThat(mask.keepProbability(0)).isEqualTo(0.1);
        assertThat(mask.keepProbability(0.75)).isEqualTo(0.05);
        assertThat(mask.draws(true)).isTrue();
        assertThat(mask.draws(false)).isTrue();
    }

    @Test
    void everyStageOfACurriculumHasIt() {
        PretrainingConfig grown =
                Configs.with(WARM, "curriculum={start-epochs: [0, 0.5], image-sizes: [16, 32], radii: [1.5, 4]}");
        assertThat(grown.stages())
                .extracting(stage -> stage.mask().keepProbability(0.75))
                .isEqualTo(
                        List.of(WARM.mask().keepProbability(0.75), WARM.mask().keepProbability(0.75)));
    }

    @Test
    void isSaid() {
        assertThat(WARM.task().describe(WARM))
                .endsWith(", low-pass with probability from 0.1 to 0.7 over the first 1.5 epochs");
        PretrainingConfig rcom = Configs.with(WARM, "mask={shape: rcom, radius: auto}");
        assertThat(rcom.task().describe(rcom))
                .endsWith(", kept with probability from 0.1 to 0.7 over the first 1.5 epochs");
        assertThat(PLAIN.task().describe(PLAIN)).endsWith(", low-pass with probability 0.5");
    }

    /** Where there are no masks, how often they are drawn is nobody's business. */
    @Test
    void otherTasksMayBeShorter() {
        PretrainingConfig denoise = Configs.with(PLAIN, "task.type=denoise", "mask.lowpass-warmup-epochs=2.5");
        assertThat(denoise.mask().lowpassWarmupEpochs()).isEqualTo(2.5);
    }
}

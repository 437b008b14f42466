package io.bandpass.optim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.config.ScheduleConfig;
import io.bandpass.config.Words;
import io.bandpass.testing.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateScheduleTest {
    private static LearningRateSchedule schedule(String type) {
        return new LearningRateSchedule(
                new ScheduleConfig(
                        Words.constant(ScheduleConfig.Type.class, type).orElseThrow(),
                        10,
                        1e-6,
                        1e-5,
                        15,
                        List.of(20.0, 35.0),
                        0.1),
                0.0012,
                1,
                50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cosine", "linear", "step", "multistep"})
    void equalsTheAuthorsRatesToTheBit(String type) {
        JsonNode rates = Golden.json("schedule").get("pretrain_" + type).get("lr_used_at_step");
        assertThat(rates.size()).isEqualTo(50);
        for (int step = 0; step < rates.size(); step++) {
            assertThat(schedule(type).rateAt(step))
                    .as("step %d", step)
                    .isEqualTo(rates.get(step).asDouble());
        }
    }

    @Test
    void constantHoldsTheRateAfterTheWarmup() {
        assertThat(schedule("constant").rateAt(49)).isEqualTo(0.0012);
    }

    @Test
    void layerDecayScalesOnlyThePeak() {
        JsonNode golden = Golden.json("schedule").get("finetune_layer_decay");
        assertThat(golden.get("groups").get(0).get("lr_scale").asDouble()).isLessThan(1);
        LearningRateSchedule schedule = new LearningRateSchedule(
                new ScheduleConfig(ScheduleConfig.Type.COSINE, 10, 1e-6, 1e-6, 1, List.of(), 0.1), 0.008, 1, 50);
        assertThat(schedule.rateAt(0, 0.5)).isEqualTo(1e-6);
        assertThat(schedule.rateAt(11, 0.5)).isLessThan(0.004);
    }
}

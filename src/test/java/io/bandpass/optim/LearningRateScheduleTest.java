package io.bandpass.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.config.ScheduleConfig;
import io.bandpass.config.Words;
import io.bandpass.testing.Golden;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateScheduleTest {
    private static final JsonNode POLY = Golden.json("segmentation_training").get("poly");

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

    static Stream<JsonNode> polyRows() {
        return StreamSupport.stream(POLY.get("rows").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("polyRows")
    void polyEqualsMmsegmentation(JsonNode row) {
        double base = row.get("base").asDouble();
        LearningRateSchedule schedule = poly(
                row.get("variant").asText().equals("mmcv1")
                        ? ScheduleConfig.Type.POLY
                        : ScheduleConfig.Type.POLY_AFTER_WARMUP,
                row.get("warmup").asInt(),
                row.get("min").asDouble(),
                row.get("power").asDouble(),
                base,
                POLY.get("updates").asLong());
        JsonNode at = POLY.get("at");
        assertThat(at.size()).isEqualTo(13).isEqualTo(row.get("rate").size());
        for (int i = 0; i < at.size(); i++) {
            assertThat(schedule.rateAt(at.get(i).asLong()))
                    .as("%s", at.get(i))
                    .isCloseTo(row.get("rate").get(i).asDouble(), within(1e-9 * base));
        }
    }

    private static LearningRateSchedule poly(
            ScheduleConfig.Type type, int warmup, double minimum, double power, double base, long total) {
        return new LearningRateSchedule(
                new ScheduleConfig(type, 20, OptionalInt.of(warmup), 0.5, minimum, 1, List.of(), 0.1, power, 1e-6),
                base,
                1263,
                total);
    }

    @Test
    void polyOfAScaledGroupFallsToTheCommonMinimum() {
        for (ScheduleConfig.Type type : List.of(ScheduleConfig.Type.POLY, ScheduleConfig.Type.POLY_AFTER_WARMUP)) {
            LearningRateSchedule schedule = poly(type, 10, 1e-4, 1, 0.01, 1000);
            assertThat(schedule.rateAt(0, 0.5)).isCloseTo(0.5e-8, within(1e-15));
            double passed = type == ScheduleConfig.Type.POLY ? 0.5 : 490.0 / 989;
            assertThat(schedule.rateAt(500, 0.5)).isCloseTo(1e-4 + 0.0049 * (1 - passed), within(1e-12));
        }
        assertThat(poly(ScheduleConfig.Type.POLY_AFTER_WARMUP, 10, 1e-4, 1, 0.01, 1000)
                        .rateAt(999, 0.5))
                .isEqualTo(1e-4);
    }

    @Test
    void polyHasARateForTheShortestRunsAndWarmups() {
        for (ScheduleConfig.Type type : List.of(ScheduleConfig.Type.POLY, ScheduleConfig.Type.POLY_AFTER_WARMUP)) {
            for (int warmup = 0; warmup < 3; warmup++) {
                LearningRateSchedule schedule = poly(type, warmup, 0, 1, 0.01, 3);
                for (int step = 0; step < 3; step++) {
                    assertThat(schedule.rateAt(step)).isBetween(0.0, 0.01);
                }
            }
        }
        assertThat(poly(ScheduleConfig.Type.POLY_AFTER_WARMUP, 1, 0, 1, 0.01, 3).rateAt(0))
                .isEqualTo(0.01);
    }

    @Test
    void warmupStepsStandBeforeEpochsInEverySchedule() {
        ScheduleConfig cosine = new ScheduleConfig(ScheduleConfig.Type.COSINE, 10, 1e-6, 1e-5, 1, List.of(), 0.1);
        LearningRateSchedule schedule =
                new LearningRateSchedule(cosine.withWarmup(10, OptionalInt.of(7)), 0.0012, 5, 50);
        assertThat(schedule.warmupSteps()).isEqualTo(7);
        assertThat(schedule.rateAt(7)).isCloseTo(1e-6 + 6 * (0.0012 - 1e-6) / 7, within(1e-15));
        assertThat(new LearningRateSchedule(cosine, 0.0012, 5, 50).warmupSteps())
                .isEqualTo(50);
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

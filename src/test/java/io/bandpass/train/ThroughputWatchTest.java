package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The seconds of steps are made up. */
final class ThroughputWatchTest {
    private static final int BATCH = 100;

    private final List<String> said = new ArrayList<>();

    private static ThroughputWatch watch(String precision, int threads) {
        return new ThroughputWatch(ConfigBuilder.of(PretrainingConfig.class)
                .set("train.precision=" + precision)
                .set("train.threads=" + threads)
                .build()
                .train());
    }

    private void steps(ThroughputWatch watch, int count, double seconds) {
        for (int step = 0; step < count; step++) {
            watch.made(BATCH, seconds).ifPresent(said::add);
        }
    }

    @Test
    void aFallToLessThanAQuarterIsSaidOnce() {
        ThroughputWatch watch = watch("bf16", 2);
        steps(watch, 160, 0.125);
        steps(watch, 30, 2);
        assertThat(said)
                .containsExactly("steps made 50.0 images/s for the last 60 s, where they had made 800.0 (loading not"
                        + " counted): other programs seem to use the cores; end them, or start a new run with `threads` 1 or"
                        + " `precision` fp32: in bf16 the compute threads wait for each other, and several can be slower"
                        + " than one");
        steps(watch, 160, 0.125);
        steps(watch, 200, 2);
        assertThat(said).hasSize(1);
    }

    @Test
    void whatWouldHelpFollowsFromTheRun() {
        for (ThroughputWatch watch : List.of(watch("fp32", 2), watch("bf16", 1))) {
            steps(watch, 160, 0.125);
            steps(watch, 30, 2);
        }
        assertThat(said.get(0)).endsWith("end them, or start a new run with fewer `threads`");
        assertThat(said.get(1)).endsWith("end them");
    }

    @Test
    void aShareOfTheMachineAMomentAndLongStepsAreNothingUnusual() {
        ThroughputWatch watch = watch("bf16", 2);
        steps(watch, 160, 0.125);
        steps(watch, 500, 0.35);
        for (int i = 0; i < 20; i++) {
            steps(watch, 25, 2);
            steps(watch, 160, 0.125);
        }
        steps(watch("bf16", 2), 500, 100);
        assertThat(said).isEmpty();
    }

    @Test
    void stepsOfAnotherSizeAreMeasuredAnew() {
        ThroughputWatch watch = watch("bf16", 2);
        steps(watch, 160, 0.125);
        watch.forget();
        steps(watch, 200, 2);
        assertThat(said).isEmpty();
    }

    @Test
    void onAGpuItIsNotTheCores() {
        ThroughputWatch watch = new ThroughputWatch(ConfigBuilder.of(PretrainingConfig.class)
                .set("train={device: cuda, precision: bf16, threads: 2}")
                .build()
                .train());
        steps(watch, 160, 0.125);
        steps(watch, 30, 2);
        assertThat(said).singleElement().asString().endsWith("other programs seem to use the GPU; end them");
    }
}

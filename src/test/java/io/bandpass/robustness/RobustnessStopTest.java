package io.bandpass.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.RobustnessConfig;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RobustnessStopTest {
    private static final int STEPS = 200;

    @TempDir
    Path folder;

    /** All images are one batch, in which a strong attack on a large model takes minutes. */
    @Test
    void anAttackStopsWithinABatch() throws IOException {
        Path digits = TinyRuns.images(folder.resolve("digits"), 8);
        Path run = folder.resolve("run");
        TinyRuns.tuned(digits, run);
        AtomicInteger asked = new AtomicInteger();
        assertThat(robustness(run, () -> asked.incrementAndGet() > STEPS / 2).complete())
                .isFalse();
        assertThat(folder.resolve("out/results.md"))
                .content()
                .contains("not finished: interrupted, with 1 of 2 parts measured");
        assertThat(asked.get()).isBetween(STEPS / 2, STEPS);
        assertThat(robustness(run, () -> false).complete()).isTrue();
        assertThat(folder.resolve("out/results.md")).content().doesNotContain("not finished");
    }

    private Robustness.Result robustness(Path run, BooleanSupplier stop) throws IOException {
        RobustnessConfig config = new RobustnessConfig(
                new RobustnessConfig.Attacks(
                        List.of("pgd"), List.of(), "linf", OptionalInt.of(STEPS), Optional.empty(), true),
                new RobustnessConfig.Corruptions(List.of(), List.of(1), Optional.empty()),
                new RobustnessConfig.Frequencies(false, 1, 1, "none"),
                new RobustnessConfig.Images(Optional.empty(), OptionalInt.empty(), 0),
                new RobustnessConfig.Computation("fp32", "cpu", OptionalInt.of(1), 50),
                0);
        Robustness.Progress silent = new Robustness.Progress() {
            @Override
            public void says(String sentence) {}

            @Override
            public void finished(String model, String part, boolean kept, double share) {}

            @Override
            public void reached(String model, String part, double share) {}
        };
        return new Robustness(config).model(run).out(folder.resolve("out")).run(silent, stop);
    }
}

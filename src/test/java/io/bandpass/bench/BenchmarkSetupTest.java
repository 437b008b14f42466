package io.bandpass.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import io.bandpass.config.TrainConfig;
import io.bandpass.run.RunKinds;
import io.bandpass.testing.TinyRuns;
import org.junit.jupiter.api.Test;

/** Which batch is measured. */
final class BenchmarkSetupTest {
    @Test
    void aBatchIsCappedToThePartThatARunComputes() {
        ConfigBuilder<RunConfig> builder = ConfigBuilder.of(RunConfig.class);
        TinyRuns.vit().forEach(builder::set);
        RunConfig config = builder.set("train.batch-size=10")
                .set("train.micro-batch-size=8")
                .build();
        TrainConfig capped = train(config, true);
        assertThat(capped.batchSize()).isEqualTo(5);
        assertThat(BenchmarkSetup.largestPart(capped)).isEqualTo(5);
        TrainConfig whole = train(config, false);
        assertThat(whole.batchSize()).isEqualTo(10);
        assertThat(BenchmarkSetup.largestPart(whole)).isEqualTo(5);
    }

    private static TrainConfig train(RunConfig config, boolean capped) {
        return BenchmarkSetup.of(RunKinds.PRETRAINING, config, "tiny", capped)
                .resolve(1000)
                .train();
    }
}

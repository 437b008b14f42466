package io.bandpass.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.TrainSection;
import io.bandpass.run.RunKinds;
import io.bandpass.testing.TinyRuns;
import org.junit.jupiter.api.Test;

/** Which batch is measured. */
final class BenchmarkSetupTest {
    @Test
    void aBatchIsCappedToThePartThatARunComputes() {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        TinyRuns.vit().forEach(builder::set);
        PretrainingConfig config = builder.set("train.batch-size=10")
                .set("train.micro-batch-size=8")
                .build();
        TrainSection capped = train(config, true);
        assertThat(capped.batchSize()).isEqualTo(5);
        assertThat(BenchmarkSetup.largestPart(capped)).isEqualTo(5);
        TrainSection whole = train(config, false);
        assertThat(whole.batchSize()).isEqualTo(10);
        assertThat(BenchmarkSetup.largestPart(whole)).isEqualTo(5);
    }

    private static TrainSection train(PretrainingConfig config, boolean capped) {
        return BenchmarkSetup.of(RunKinds.PRETRAINING, config, "tiny", capped)
                .resolve(1000)
                .train();
    }
}

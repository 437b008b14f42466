package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class RunPlanTest {
    private static final long MEMORY = 64L << 30;

    private final List<String> notices = new ArrayList<>();

    @Test
    void aRateIsScaledByTheEffectiveBatchOver512() {
        RunConfig resolved = resolve(config("train.batch-size=2048"), 1_281_167);

        assertThat(resolved.optimizer().learningRate()).hasValue(3e-4 * 4);
        assertThat(resolved.optimizer().baseLearningRate()).isEmpty();
        assertThat(resolved.schedule().warmupLearningRate()).isEqualTo(2.5e-7 * 4);
        assertThat(resolved.schedule().minLearningRate()).isEqualTo(2.5e-6 * 4);
        assertThat(notices).isEmpty();
    }

    @Test
    void anAbsoluteRateIsTakenAsItIsAndSoAreThoseOfItsSchedule() {
        RunConfig resolved = resolve(config("train.batch-size=64", "optimizer.learning-rate=0.01"), 1000);

        assertThat(resolved.optimizer().learningRate()).hasValue(0.01);
        assertThat(resolved.schedule().warmupLearningRate()).isEqualTo(2.5e-7);
        assertThat(resolved.schedule().minLearningRate()).isEqualTo(2.5e-6);
    }

    @Test
    void aMicroBatchDoesNotChangeTheRate() {
        RunConfig whole = resolve(config("train.batch-size=64"), 1000);
        RunConfig split = resolve(config("train.batch-size=64", "train.micro-batch-size=8"), 1000);

        assertThat(split.optimizer()).isEqualTo(whole.optimizer());
        assertThat(split.train().microBatchSize()).hasValue(8);
    }

    @Test
    void aSetSmallerThanTheBatchTrainsWithOneBatchAnEpochAndANotice() {
        RunConfig resolved = resolve(config("train.batch-size=512", "train.epochs=30"), 100);
        RunPlan plan = RunPlan.of(resolved, 100);

        assertThat(notices)
                .containsExactly("the set has 100 images, fewer than the batch of 512: each epoch is one batch of 100");
        assertThat(plan.batchSize()).isEqualTo(100);
        assertThat(plan.microBatchSize()).isLessThanOrEqualTo(100);
        assertThat(plan.stepsPerEpoch()).isEqualTo(1);
        assertThat(plan.totalSteps()).isEqualTo(30);
        assertThat(plan.learningRate())
                .as("scaled by the batch that trains, not by the one asked for")
                .isCloseTo(3e-4 * 100 / 512, within(1e-18));
    }

    @Test
    void aSetAsLargeAsTheBatchNeedsNoNotice() {
        RunPlan plan = RunPlan.of(resolve(config("train.batch-size=100"), 100), 100);

        assertThat(notices).isEmpty();
        assertThat(plan.stepsPerEpoch()).isEqualTo(1);
    }

    @Test
    void aRestSmallerThanABatchIsLeftOutOfAnEpoch() {
        RunPlan plan = RunPlan.of(resolve(config("train.batch-size=100", "train.epochs=30"), 399), 399);

        assertThat(plan.stepsPerEpoch()).isEqualTo(3);
        assertThat(plan.totalSteps()).isEqualTo(90);
    }

    @Test
    void aWarmUpNotShorterThanTheRunIsCutToATenthOfItWithANotice() {
        for (String warmup : List.of("5", "20")) {
            notices.clear();
            RunConfig resolved =
                    resolve(config("train.epochs=5", "schedule.warmup-epochs=" + warmup, "train.batch-size=10"), 1000);

            assertThat(resolved.schedule().warmupEpochs()).isEqualTo(0.5);
            assertThat(notices)
                    .containsExactly(
                            "the warm-up of %s.0 epochs is not shorter than the run of 5: it is cut to a tenth, 0.500 epochs"
                                    .formatted(warmup));
            assertThat(RunPlan.of(resolved, 1000).schedule().warmupSteps()).isEqualTo(50);
        }
    }

    @Test
    void aWarmUpShorterThanTheRunAndNoWarmUpStayAsTheyAre() {
        assertThat(resolve(config("train.epochs=5", "schedule.warmup-epochs=4.9"), 5000)
                        .schedule()
                        .warmupEpochs())
                .isEqualTo(4.9);
        assertThat(resolve(config("train.epochs=5", "schedule.warmup-epochs=0"), 5000)
                        .schedule()
                        .warmupEpochs())
                .isZero();
        assertThat(notices).isEmpty();
    }

    @Test
    void noticesReadTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            resolve(config("train.epochs=5"), 5000);
        } finally {
            Locale.setDefault(before);
        }

        assertThat(notices.get(0)).endsWith("0.500 epochs");
    }

    @Test
    void theMicroBatchIsAsLargeAsMemoryAllows() {
        RunConfig config = config("train.batch-size=256");
        long perImage = config.encoder().activationBytesPerImage();

        assertThat(microBatch(config, MEMORY * 1000)).as("the whole batch").isEqualTo(256);
        assertThat(microBatch(config, perImage * 4 * 10))
                .as("a quarter of the memory holds ten images")
                .isEqualTo(10);
        assertThat(microBatch(config, 1)).as("never none").isEqualTo(1);
    }

    @Test
    void aMicroBatchLargerThanTheBatchIsTheBatch() {
        RunConfig resolved = resolve(config("train.batch-size=64", "train.micro-batch-size=100"), 1000);

        assertThat(resolved.train().microBatchSize()).hasValue(64);
    }

    /** What is stored in a run folder is resolved again when the run is resumed. */
    @Test
    void resolvingTwiceChangesNothingMore() {
        RunConfig once = resolve(config("train.batch-size=512", "train.epochs=5"), 100);
        assertThat(notices).hasSize(2);
        notices.clear();

        RunConfig twice = RunPlan.resolve(once, 100, 1, notices);

        assertThat(twice).isEqualTo(once);
        assertThat(notices).isEmpty();
    }

    private RunConfig resolve(RunConfig config, int images) {
        return RunPlan.resolve(config, images, MEMORY, notices);
    }

    @Test
    void aLossThatNeedsTheWholeBatchIsNotComputedInParts() {
        String loss = "loss.average-spectrum=true";
        assertThat(microBatch(config("train.batch-size=64", loss), 1)).isEqualTo(64);
        assertThat(resolve(config("train.batch-size=64", "train.micro-batch-size=64", loss), 1000)
                        .train()
                        .microBatchSize())
                .hasValue(64);
        assertThatThrownBy(() ->
                        resolve(config("train.batch-size=64", "train.micro-batch-size=8", "loss.focal=batch"), 1000))
                .isInstanceOf(ConfigException.class)
                .hasMessage("train.micro-batch-size is 8, but loss.average-spectrum and loss.focal=batch need the batch"
                        + " of 64 in one forward pass");
    }

    private int microBatch(RunConfig config, long memoryBytes) {
        return RunPlan.resolve(config, 5000, memoryBytes, notices)
                .train()
                .microBatchSize()
                .orElseThrow();
    }

    private static RunConfig config(String... settings) {
        ConfigBuilder<RunConfig> builder = ConfigBuilder.of(RunConfig.class);
        List.of(settings).forEach(builder::set);
        return builder.build();
    }
}

package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.nn.MicroBatchSpans;
import io.bandpass.testing.Configs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TrainingPlanTest {
    private static final long MEMORY = 64L << 30;

    private final List<String> notices = new ArrayList<>();

    @Test
    void aRateIsScaledByTheEffectiveBatchOver512() {
        PretrainingConfig resolved = resolve(config("train.batch-size=2048"), 1_281_167);

        assertThat(resolved.optimizer().learningRate()).hasValue(3e-4 * 4);
        assertThat(resolved.optimizer().baseLearningRate()).isEmpty();
        assertThat(resolved.schedule().warmupLearningRate()).isEqualTo(2.5e-7 * 4);
        assertThat(resolved.schedule().minLearningRate()).isEqualTo(2.5e-6 * 4);
        assertThat(notices).isEmpty();
    }

    @Test
    void anAbsoluteRateIsTakenAsItIsAndSoAreThoseOfItsSchedule() {
        PretrainingConfig resolved = resolve(config("train.batch-size=64", "optimizer.learning-rate=0.01"), 1000);

        assertThat(resolved.optimizer().learningRate()).hasValue(0.01);
        assertThat(resolved.schedule().warmupLearningRate()).isEqualTo(2.5e-7);
        assertThat(resolved.schedule().minLearningRate()).isEqualTo(2.5e-6);
    }

    @Test
    void aMicroBatchDoesNotChangeTheRate() {
        PretrainingConfig whole = resolve(config("train.batch-size=64"), 1000);
        PretrainingConfig split = resolve(config("train.batch-size=64", "train.micro-batch-size=8"), 1000);

        assertThat(split.optimizer()).isEqualTo(whole.optimizer());
        assertThat(split.train().microBatchSize()).hasValue(8);
    }

    @Test
    void aSetSmallerThanTheBatchTrainsWithOneBatchAnEpochAndANotice() {
        PretrainingConfig resolved = resolve(config("train.batch-size=512", "train.epochs=30"), 100);
        TrainingPlan plan = TrainingPlan.of(resolved, 100);

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
        TrainingPlan plan = TrainingPlan.of(resolve(config("train.batch-size=100"), 100), 100);

        assertThat(notices).isEmpty();
        assertThat(plan.stepsPerEpoch()).isEqualTo(1);
    }

    @Test
    void aRestSmallerThanABatchIsLeftOutOfAnEpoch() {
        TrainingPlan plan = TrainingPlan.of(resolve(config("train.batch-size=100", "train.epochs=30"), 399), 399);

        assertThat(plan.stepsPerEpoch()).isEqualTo(3);
        assertThat(plan.totalSteps()).isEqualTo(90);
    }

    @Test
    void aWarmUpNotShorterThanTheRunIsCutToATenthOfItWithANotice() {
        for (String warmup : List.of("5", "20")) {
            notices.clear();
            PretrainingConfig resolved =
                    resolve(config("train.epochs=5", "schedule.warmup-epochs=" + warmup, "train.batch-size=10"), 1000);

            assertThat(resolved.schedule().warmupEpochs()).isEqualTo(0.5);
            assertThat(notices)
                    .containsExactly(
                            "the warm-up of %s.0 epochs is not shorter than the run of 5: it is cut to a tenth, 0.500 epochs"
                                    .formatted(warmup));
            assertThat(TrainingPlan.of(resolved, 1000).schedule().warmupSteps()).isEqualTo(50);
        }
    }

    /** 160,000 steps of 16 of ADE20K's 20,210 images are no whole number of epochs. */
    @Test
    void aRunMayBeCountedInSteps() {
        PretrainingConfig resolved =
                resolve(config("train.steps=160000", "train.batch-size=16", "schedule.warmup-steps=1500"), 20_210);
        TrainingPlan plan = TrainingPlan.of(resolved, 20_210);
        assertThat(plan.stepsPerEpoch()).isEqualTo(1263);
        assertThat(plan.totalSteps()).isEqualTo(160_000);
        assertThat(plan.epochAt(160_000)).isCloseTo(126.682, within(0.001));
        assertThat(plan.schedule().warmupSteps()).isEqualTo(1500);
        assertThat(notices).isEmpty();
        assertThat(resolved.train().length()).isEqualTo("160000 steps");
    }

    @Test
    void aWarmUpInStepsNotShorterThanTheRunIsCutToo() {
        PretrainingConfig resolved =
                resolve(config("train.steps=70", "train.batch-size=10", "schedule.warmup-steps=70"), 100);
        assertThat(resolved.schedule().warmupSteps()).hasValue(7);
        assertThat(notices)
                .containsExactly(
                        "the warm-up of 70 steps is not shorter than the run of 70: it is cut to a tenth, 7 steps");
        notices.clear();
        PretrainingConfig epochs =
                resolve(config("train.steps=75", "train.batch-size=10", "schedule.warmup-epochs=20"), 100);
        assertThat(epochs.schedule().warmupEpochs()).isEqualTo(0.75);
        assertThat(notices)
                .containsExactly(
                        "the warm-up of 20.0 epochs is not shorter than the run of 7.50: it is cut to a tenth, 0.750 epochs");
        assertThat(TrainingPlan.of(epochs, 100).schedule().warmupSteps()).isEqualTo(7);
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
        PretrainingConfig config = config("train.batch-size=256");
        long perImage = config.encoder().activationBytesPerImage();

        assertThat(microBatch(config, MEMORY * 1000)).as("the whole batch").isEqualTo(256);
        assertThat(microBatch(config, perImage * 4 * 10))
                .as("a quarter of the memory holds ten images")
                .isEqualTo(10);
        assertThat(microBatch(config, 1)).as("never none").isEqualTo(1);
    }

    @Test
    void aMicroBatchLargerThanTheBatchIsTheBatch() {
        PretrainingConfig resolved = resolve(config("train.batch-size=64", "train.micro-batch-size=100"), 1000);

        assertThat(resolved.train().microBatchSize()).hasValue(64);
    }

    /** What is stored in a run folder is resolved again when the run is resumed. */
    @Test
    void resolvingTwiceChangesNothingMore() {
        PretrainingConfig once = resolve(config("train.batch-size=512", "train.epochs=5"), 100);
        assertThat(notices).hasSize(2);
        notices.clear();

        PretrainingConfig twice = TrainingPlan.resolve(once, 100, 1, notices);

        assertThat(twice).isEqualTo(once);
        assertThat(notices).isEmpty();
    }

    private PretrainingConfig resolve(PretrainingConfig config, int images) {
        return TrainingPlan.resolve(config, images, MEMORY, notices);
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

    /** 13 of 157 left a part of 7, whose statistics batch norm counted as those of 13. */
    @Test
    void partsAreEqualWhateverTheMostIs() {
        PretrainingConfig config = config("train.batch-size=157");
        long room = 4 * config.encoder().activationBytesPerImage() * 100;
        PretrainingConfig resolved = TrainingPlan.resolve(config, 1000, room, notices);
        assertThat(resolved.train().microBatchSize()).hasValue(79);
        assertThat(TrainingPlan.of(resolved, 1000).microBatchSize()).isEqualTo(79);

        PretrainingConfig asked = resolve(config("train.batch-size=157", "train.micro-batch-size=100"), 1000);
        assertThat(asked.train().microBatchSize()).as("what was asked stays").hasValue(100);
        assertThat(TrainingPlan.of(asked, 1000).microBatchSize()).isEqualTo(79);
    }

    private static PretrainingConfig oneCell(String... settings) {
        ConfigBuilder<PretrainingConfig> builder =
                ConfigBuilder.from(Configs.run(Configs.resnet1111().withImageSize(32), 2));
        List.of(settings).forEach(builder::set);
        return builder.build();
    }

    @Test
    void batchNormOfOneValueIsRefusedBeforeTheFirstStep() {
        String why =
                "for which batch norm has one value of a channel and no variance, as the smallest map of images of 32 x"
                        + " 32 has one cell; ";
        assertThatThrownBy(() -> resolve(oneCell("train.batch-size=1"), 100))
                .isInstanceOf(ConfigException.class)
                .hasMessage("batches are of one image, " + why + "set train.batch-size to at least 2");
        assertThatThrownBy(() -> resolve(oneCell("train.batch-size=64"), 1))
                .isInstanceOf(ConfigException.class)
                .hasMessage("batches are of one image, " + why + "there must be at least two images to train on");
        assertThatThrownBy(() -> resolve(oneCell("train.batch-size=64", "train.micro-batch-size=1"), 100))
                .isInstanceOf(ConfigException.class)
                .hasMessage("train.micro-batch-size is 1, which leaves a part of one image of the batch of 64, " + why
                        + "set it to at least 2");
        assertThatThrownBy(() -> resolve(oneCell("train.batch-size=5", "train.micro-batch-size=2"), 100))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("set it to at least 3");
    }

    @Test
    void inTheLeastMemoryPartsStillHaveTwoImages() {
        for (int batch : new int[] {2, 3, 4, 5, 17, 64}) {
            PretrainingConfig resolved = TrainingPlan.resolve(oneCell("train.batch-size=" + batch), 1000, 1, notices);
            int micro = resolved.train().microBatchSize().orElseThrow();
            assertThat(MicroBatchSpans.smallest(batch, micro)).isBetween(2, 3);
            assertThat(TrainingPlan.resolve(resolved, 1000, 1, notices)).isEqualTo(resolved);
        }
    }

    /** One image has as many values of a channel as its map has cells. */
    @Test
    void aLargerMapNeedsNoOtherImage() {
        PretrainingConfig four = ConfigBuilder.from(oneCell())
                .set("encoder.image-size=64")
                .set("train.batch-size=1")
                .build();
        assertThat(resolve(four, 100).train().microBatchSize()).hasValue(1);
        PretrainingConfig vit = config("train.batch-size=1");
        assertThat(resolve(vit, 100).train().microBatchSize()).hasValue(1);
    }

    @Test
    void theSmallestImagesOfACurriculumCount() {
        PretrainingConfig stages = ConfigBuilder.from(oneCell("train.epochs=4"))
                .set("encoder.image-size=64")
                .set("curriculum.start-epochs=[0, 2]")
                .set("curriculum.image-sizes=[32, 64]")
                .set("train.batch-size=1")
                .build();
        assertThatThrownBy(() -> resolve(stages, 100)).hasMessageContaining("images of 32 x 32");
    }

    private int microBatch(PretrainingConfig config, long memoryBytes) {
        return TrainingPlan.resolve(config, 5000, memoryBytes, notices)
                .train()
                .microBatchSize()
                .orElseThrow();
    }

    private static PretrainingConfig config(String... settings) {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        List.of(settings).forEach(builder::set);
        return builder.build();
    }

    @Test
    void aRunOfTheFirstVersionIsToldOfPartsThatItDidNotMake() {
        assertThat(otherParts(16, 8)).isEmpty();
        assertThat(otherParts(4, 8)).isPresent();
        assertThat(otherParts(10, 8))
                .hasValue(
                        "batches of 10 are computed in parts of at most 5 now, where Bandpass 0.1.0, which began the run,"
                                + " made parts of 8 and a rest of 2: the numbers that follow are not those that it would have given");
    }

    private static Optional<String> otherParts(int batch, int micro) {
        return TrainingPlan.otherParts(ConfigBuilder.of(PretrainingConfig.class)
                .set("train.batch-size=" + batch)
                .set("train.micro-batch-size=" + micro)
                .build()
                .train());
    }
}

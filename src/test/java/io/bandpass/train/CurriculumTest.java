package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.testing.Configs;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class CurriculumTest {
    private static final PretrainingConfig PLAIN = Configs.with(Configs.run(Configs.vitTiny(), 4), "train.epochs=4");
    private static final PretrainingConfig THREE = Configs.with(
            PLAIN, "curriculum={start-epochs: [0, 0.5, 2.25], image-sizes: [8, 16, 32], radii: [1.5, 2, 4]}");

    @Test
    void theStageFollowsFromTheStep() {
        Curriculum curriculum = new Curriculum(THREE, 10);
        assertThat(LongStream.of(0, 4, 5, 21, 22, 39).map(curriculum::imageSizeAt))
                .containsExactly(8L, 8L, 16L, 16L, 32L, 32L);
    }

    /** An epoch and a half of three steps ends in the middle of a step, which is then the first of the stage. */
    @Test
    void aStageBeginsWithTheStepInWhichItsEpochFalls() {
        Curriculum curriculum =
                new Curriculum(Configs.with(PLAIN, "curriculum={start-epochs: [0, 1.5], image-sizes: [16, 32]}"), 3);
        assertThat(LongStream.range(3, 6).map(curriculum::imageSizeAt)).containsExactly(16L, 32L, 32L);
    }

    @Test
    void eachStageIsAnnouncedAtItsFirstStep() {
        Curriculum curriculum = new Curriculum(THREE, 10);
        assertThat(curriculum.beginningAt(0))
                .containsExactly(
                        "stage 1 of 3 of the curriculum begins: images of 8 px, circle of radius 1.5 (9 of 64 bins)");
        assertThat(curriculum.beginningAt(22))
                .containsExactly(
                        "stage 3 of 3 of the curriculum begins: images of 32 px, circle of radius 4 (45 of 1,024 bins)");
        assertThat(LongStream.range(0, 40)
                        .filter(step -> !curriculum.beginningAt(step).isEmpty()))
                .containsExactly(0L, 5L, 22L);
        assertThat(curriculum.describe())
                .hasValue("8 px, circle of radius 1.5 (9 of 64 bins) from epoch 0.0 (step 0);"
                        + " 16 px, circle of radius 2 (9 of 256 bins) from epoch 0.5 (step 5);"
                        + " 32 px, circle of radius 4 (45 of 1,024 bins) from epoch 2.25 (step 22)");
    }

    @Test
    void withoutCurriculumEveryStepHasTheEncodersSize() {
        Curriculum curriculum = new Curriculum(PLAIN, 10);
        assertThat(curriculum.imageSizeAt(0)).isEqualTo(32);
        assertThat(curriculum.beginningAt(0)).isEmpty();
        assertThat(curriculum.describe()).isEmpty();
    }

    @Test
    void theEndOfTheWarmupOfLowPassMasksIsAnnouncedToo() {
        String ended = "the warm-up of low-pass masks has ended: their probability is 0.5";
        Curriculum plain = new Curriculum(Configs.with(PLAIN, "mask.lowpass-warmup-epochs=1.25"), 10);
        assertThat(LongStream.range(0, 40)
                        .filter(step -> !plain.beginningAt(step).isEmpty()))
                .containsExactly(13L);
        assertThat(plain.beginningAt(13)).containsExactly(ended);
        Curriculum both = new Curriculum(Configs.with(THREE, "mask.lowpass-warmup-epochs=0.5"), 10);
        assertThat(both.beginningAt(5)).hasSize(2).contains(ended);
        Curriculum other =
                new Curriculum(Configs.with(PLAIN, "task.type=denoise", "mask.lowpass-warmup-epochs=1.25"), 10);
        assertThat(other.beginningAt(13)).isEmpty();
    }

    @Test
    void aWarmupAfterTheEndOfARunCountedInStepsIsRefused() {
        PretrainingConfig warm = Configs.with(PLAIN, "mask.lowpass-warmup-epochs=1.25");
        assertThatThrownBy(() -> new Curriculum(Configs.with(warm, "train.steps=12"), 10))
                .isInstanceOf(ConfigException.class)
                .hasMessage("mask.lowpass-warmup-epochs is 1.25, where an epoch has 10 steps, but the run has 12:"
                        + " mask.lowpass-probability would never be reached");
        assertThat(new Curriculum(Configs.with(warm, "train.steps=13"), 10).imageSizeAt(12))
                .isEqualTo(32);
    }

    @Test
    void aStageAfterTheEndOfARunCountedInStepsIsRefused() {
        PretrainingConfig steps = Configs.with(THREE, "train.steps=22");
        assertThatThrownBy(() -> new Curriculum(steps, 10))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "curriculum.start-epochs has 2.25, which is step 22 where an epoch has 10, but the run has 22:"
                                + " the last stage would never begin");
        assertThat(new Curriculum(Configs.with(THREE, "train.steps=23"), 10).imageSizeAt(22))
                .isEqualTo(32);
    }

    @Test
    void aStageWithoutAStepIsRefused() {
        assertThatThrownBy(() -> new Curriculum(THREE, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "curriculum.start-epochs has 0.0 and 0.5, which are one step where an epoch has 1: they must"
                                + " be further apart");
    }
}

package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.Configs;
import org.junit.jupiter.api.Test;

/** A table or a caption names what differs from the paper's loss, and nothing else. */
final class LossDescriptionTest {
    private static final String PAPER =
            "Masked Frequency Modeling, circle of radius 4 (45 of 1,024 bins), low-pass with probability 0.5";

    private static String described(String... settings) {
        PretrainingConfig config = Configs.with(Configs.run(Configs.vitTiny(), 4), settings);
        return config.task().describe(config);
    }

    @Test
    void thePapersLossIsNotNamed() {
        assertThat(described()).isEqualTo(PAPER);
        assertThat(described("loss.focal-alpha=2", "loss.pixel-weight=3")).isEqualTo(PAPER);
    }

    /** A run stores what auto has come to. */
    @Test
    void theTargetThatAutoMeansIsNotNamed() {
        assertThat(described("loss.target=masked")).isEqualTo(PAPER);
        assertThat(described("task.type=denoise", "loss.target=full")).endsWith(" of 255");
    }

    @Test
    void whatDiffersIsNamed() {
        assertThat(described("loss.gamma=2", "loss.normaliser=image", "loss.radius-exponent=0.5"))
                .isEqualTo(PAPER + ", loss with gamma 2, radius exponent 0.5, normaliser image");
        assertThat(described("loss.focal=batch", "loss.focal-log=true", "loss.patch-factor=2"))
                .isEqualTo(PAPER + ", loss with focal by batch, alpha 1, log, 2 x 2 tiles");
        assertThat(described("loss.target=full", "loss.average-spectrum=true", "loss.pixel=l1"))
                .isEqualTo(PAPER
                        + ", loss with target full, spectra averaged over the batch, pixel distance l1 of weight 1");
    }

    @Test
    void withoutASpectralDistanceItsSettingsDoNotMatter() {
        assertThat(described("loss.frequency-weight=0", "loss.gamma=2", "loss.pixel=l2"))
                .isEqualTo(PAPER + ", loss with frequency weight 0, pixel distance l2 of weight 1");
    }

    @Test
    void restorationTasksNameItToo() {
        assertThat(described("task.type=super-resolution", "loss.gamma=2")).endsWith("restored, loss with gamma 2");
    }
}

package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SegmentationConfigTest {
    private static ConfigBuilder<SegmentationConfig> vit(String mode) {
        return Recipes.load(SegmentationConfig.class, "segment-vit-base")
                .set("validate.mode=" + mode)
                .set("validate.crop=500");
    }

    @Test
    void windowsAreWholePatchesOfAVit() {
        assertThatThrownBy(() -> vit("slide").build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("validate.crop is 500, but must be a multiple of the patch of a ViT, 16");
        assertThatCode(() -> vit("whole").build()).doesNotThrowAnyException();
    }
}

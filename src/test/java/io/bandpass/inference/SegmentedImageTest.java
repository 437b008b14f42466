package io.bandpass.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.LabelClasses;
import io.bandpass.labelmap.LabelMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SegmentedImageTest {
    private static final SegmentedImage IMAGE = new SegmentedImage(
            new LabelMap(new short[] {0, 1, 1, 1, 0, 1}, 2, 3),
            new LabelClasses(List.of("sea", "land"), List.of(0, 1), List.of(0, 1), 255));

    @Test
    void pixelsHaveTheirClass() {
        assertThat(IMAGE.classAt(0, 0)).isEqualTo("sea");
        assertThat(IMAGE.classAt(1, 2)).isEqualTo("land");
    }

    @Test
    void thereIsNoPixelBesideTheImage() {
        assertThatThrownBy(() -> IMAGE.classAt(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> IMAGE.classAt(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}

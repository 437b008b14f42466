package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.LabelClasses;
import org.junit.jupiter.api.Test;

final class ClassColoursTest {
    @Test
    void areThoseOfVoc() {
        // Background, aeroplane, bicycle, and potted plant (16) to monitor (20), as its development kit lists them.
        assertThat(ClassColours.of(3)).containsExactly(0x000000, 0x800000, 0x008000);
        assertThat(ClassColours.of(21).subList(16, 21))
                .containsExactly(0x004000, 0x804000, 0x00C000, 0x80C000, 0x004080);
    }

    @Test
    void noTwoClassesShareOne() {
        assertThat(ClassColours.of(LabelClasses.MOST)).doesNotHaveDuplicates();
    }
}

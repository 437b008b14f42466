package io.bandpass.corrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class KeyedDrawsTest {
    /** So that corrupted copies of a set can be made again: the JDK could change how it draws normal numbers. */
    @Test
    void drawsAreTheSameOnEveryJdk() {
        KeyedDraws draws = new KeyedDraws(1, "fog", 2, 3);
        assertThat(draws.normal(3)).containsExactly(new float[] {0.7734477f, -0.6708875f, -1.1097821f}, within(1e-6f));
        assertThat(draws.uniform(3)).containsExactly(new float[] {0.25259614f, 0.5231463f, 0.07012707f}, within(1e-6f));
        assertThat(draws.below(1000)).isEqualTo(80);
    }
}

package io.bandpass.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.robust.BandCurves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BandRangeTest {
    private static final BandCurves.Settings USUAL = BandCurves.Settings.of(32, 32, 0);

    @Test
    void replacesTheRadii() {
        assertThat(BandRange.of("all").over(USUAL)).isEqualTo(USUAL);
        assertThat(BandRange.of("2-10").over(USUAL).radii())
                .hasSize(17)
                .startsWith(2.0, 2.5)
                .endsWith(10.0);
    }

    @Test
    void radiiBeyondTheHighestFrequencyAreRefused() {
        BandRange.of("0-22.6").check(32);
        BandRange.of("all").check(32);
        assertThatThrownBy(() -> BandRange.of("0-22.7").check(32))
                .isInstanceOf(ConfigException.class)
                .hasMessage("bands end at a radius of 22.7 bins, but images of 32 px have no frequencies beyond 22.6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "10-2", "3-3", "-1-4", "a-b", "1-2-3"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> BandRange.of(text))
                .isInstanceOf(ConfigException.class)
                .hasMessage("bands are '" + text
                        + "', but must be all, or the smallest and the largest radius, such as 0-112");
    }
}

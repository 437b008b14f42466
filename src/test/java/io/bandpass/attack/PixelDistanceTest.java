package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PixelDistanceTest {
    @Test
    void numbersAndQuotientsAreRead() {
        assertThat(PixelDistance.parse("eps", "0.5")).isEqualTo(0.5);
        assertThat(PixelDistance.parse("eps", " 8 / 255 ")).isEqualTo(8 / 255.0);
        assertThat(PixelDistance.parse("eps", "0.5/255")).isEqualTo(0.5 / 255);
        assertThat(PixelDistance.parse("eps", ".25")).isEqualTo(0.25);
        assertThat(PixelDistance.parse("eps", "1e-3")).isEqualTo(0.001);
        assertThat(PixelDistance.parse("eps", "0")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eight", "8/", "/255", "-1", "1/2/3", "NaN", "8 255", "1,5"})
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> PixelDistance.parse("eps", text))
                .isInstanceOf(ConfigException.class)
                .hasMessage("eps is " + text
                        + ", but must be a number of at least 0 such as 0.5, or a quotient such as 8/255");
    }

    @Test
    void divisionByZeroIsRefused() {
        assertThatThrownBy(() -> PixelDistance.parse("step-size", "1/0"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("step-size is 1/0, but must be a quotient with a divisor above 0, such as 8/255");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "0.5, 0.5", "0.03, 0.03", "1/255, 1/255", "0.5/255, 0.5/255", "16/255, 16/255", "3, 3"})
    void formattedAsItWasWritten(String text, String formatted) {
        assertThat(PixelDistance.format(PixelDistance.parse("eps", text))).isEqualTo(formatted);
    }
}

package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.eval.InputSize.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes as width and height; from the golden numbers of the training pipeline. */
final class InputSizeTest {
    @ParameterizedTest
    @CsvSource({
        "640, 480, 0.5, 341, 256",
        "640, 480, 1.37, 935, 701",
        "2000, 300, 0.75, 1536, 230",
        "300, 2000, 1.999, 614, 4093",
        "131, 97, 1, 691, 512",
        "40000, 5, 1, 2048, 1",
    })
    void neitherSideIsLongerThanItsLimit(int width, int height, double ratio, int newWidth, int newHeight) {
        assertThat(InputSize.within(2048, 512).of(new Size(height, width), ratio))
                .isEqualTo(new Size(newHeight, newWidth));
    }

    @ParameterizedTest
    @CsvSource({"640, 480, 1, 640, 480", "131, 97, 0.5, 66, 49"})
    void anImageKeepsItsOwnSizeTimesTheRatio(int width, int height, double ratio, int newWidth, int newHeight) {
        assertThat(InputSize.own().of(new Size(height, width), ratio)).isEqualTo(new Size(newHeight, newWidth));
    }
}

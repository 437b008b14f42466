package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.eval.ColourTableBaseline.Cells;
import org.junit.jupiter.api.Test;

final class ColourTableBaselineTest {
    private static byte[] rgb(int... levels) {
        byte[] bytes = new byte[levels.length];
        for (int i = 0; i < levels.length; i++) {
            bytes[i] = (byte) levels[i];
        }
        return bytes;
    }

    private static byte[] grey(int... levels) {
        byte[] bytes = new byte[3 * levels.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) levels[i / 3];
        }
        return bytes;
    }

    @Test
    void aBrightnessHasItsMostFrequentClass() {
        ColourTableBaseline table = new ColourTableBaseline(Cells.BRIGHTNESS, 3);
        table.add(grey(10, 10, 10, 200), new short[] {1, 1, 0, 2});
        table.add(grey(200, 11), new short[] {2, 0});
        assertThat(table.predictor().predict(grey(11, 10, 200))).containsExactly(0, 1, 2);
    }

    @Test
    void brightnessIsLuma() {
        ColourTableBaseline table = new ColourTableBaseline(Cells.BRIGHTNESS, 2);
        // 0.299 * 100 + 0.587 * 50 + 0.114 * 200 = 82.05
        table.add(rgb(100, 50, 200), new short[] {1});
        table.add(grey(81, 83, 84), new short[] {0, 0, 0});
        assertThat(table.predictor().predict(grey(82, 81, 83))).containsExactly(1, 0, 0);
        assertThat(Cells.BRIGHTNESS.of(255, 255, 255)).isEqualTo(255);
    }

    @Test
    void similarColoursAreOne() {
        ColourTableBaseline table = new ColourTableBaseline(Cells.COLOUR, 2);
        table.add(rgb(255, 0, 17), new short[] {1});
        table.add(rgb(0, 0, 0, 0, 0, 0), new short[] {0, 0});
        // The same sixteenths, and then one of another in each channel, which the training images do not have.
        assertThat(table.predictor().predict(rgb(240, 15, 31, 239, 15, 31, 240, 16, 31, 240, 15, 32)))
                .containsExactly(1, 0, 0, 0);
    }

    @Test
    void theMajorityIsOneClassForAll() {
        ColourTableBaseline table = new ColourTableBaseline(Cells.MAJORITY, 3);
        table.add(grey(0, 50, 100, 150), new short[] {2, 1, 2, -1});
        assertThat(table.predictor().predict(grey(0, 50))).containsExactly(2, 2);
    }

    @Test
    void ofEquallyFrequentClassesTheFirstIsTaken() {
        ColourTableBaseline table = new ColourTableBaseline(Cells.BRIGHTNESS, 4);
        table.add(grey(9, 9, 9, 9), new short[] {3, 1, 3, 1});
        assertThat(table.predictor().predict(grey(9, 8))).containsExactly(1, 1);

        // So many classes that pairs come in no order.
        ColourTableBaseline large = new ColourTableBaseline(Cells.BRIGHTNESS, 30_000);
        large.add(grey(9, 9, 9, 9), new short[] {29_000, 7, 29_000, 7});
        assertThat(large.predictor().predict(grey(9, 8))).containsExactly(7, 7);
    }

    @Test
    void whatIsIgnoredIsNotCounted() {
        ColourTableBaseline table = new ColourTableBaseline(Cells.BRIGHTNESS, 2);
        table.add(grey(5, 5, 5), new short[] {-1, -1, 1});
        assertThat(table.predictor().predict(grey(5))).containsExactly(1);
    }

    @Test
    void refusesWhatDoesNotFit() {
        ColourTableBaseline table = new ColourTableBaseline(Cells.BRIGHTNESS, 2);
        assertThatThrownBy(() -> table.add(grey(5), new short[] {0, 1})).hasMessage("3 bytes of 2 RGB pixels");
        assertThatThrownBy(() -> table.add(grey(5), new short[] {2})).hasMessage("id 2 is not one of 2 classes");
    }
}

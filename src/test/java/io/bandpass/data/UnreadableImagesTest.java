package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnreadableImagesTest {
    @ParameterizedTest
    @CsvSource({"0, 0, 10", "0.1, 1, 10", "0.29, 29, 100", "0.07, 7, 100", "1, 10, 10"})
    void asManyAsAllowedPass(double largestFraction, int unreadable, int files) {
        assertThatCode(filled(largestFraction, unreadable, files)::check).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1000000", "0.1, 2, 10", "0.29, 30, 100", "0.1, 1, 9"})
    void oneMoreStopsTheRun(double largestFraction, int unreadable, int files) {
        assertThatThrownBy(filled(largestFraction, unreadable, files)::check).isInstanceOf(DataException.class);
    }

    @Test
    void theFirstReasonStandsAndTheOrderIsThatOfFinding() {
        UnreadableImages bad = new UnreadableImages(1);
        bad.add("b", "first");
        bad.add("a", "empty");
        bad.add("b", "second");
        assertThat(bad.reasons()).hasToString("{b=first, a=empty}");
        assertThat(bad.contains("a")).isTrue();
        assertThat(bad.contains("c")).isFalse();
    }

    @Test
    void theMessageNamesThreeAndSaysWhatToDo() {
        UnreadableImages bad = filled(0.25, 4, 8);
        assertThatThrownBy(bad::check)
                .hasMessage("4 of 8 images cannot be read, more than the allowed fraction 0.25, among them"
                        + " 0 (why 0), 1 (why 1), 2 (why 2); remove them, or allow more with `max-bad`");
    }

    private static UnreadableImages filled(double largestFraction, int unreadable, int files) {
        UnreadableImages bad = new UnreadableImages(largestFraction);
        bad.count(files);
        for (int i = 0; i < unreadable; i++) {
            bad.add(Integer.toString(i), "why " + i);
        }
        return bad;
    }
}

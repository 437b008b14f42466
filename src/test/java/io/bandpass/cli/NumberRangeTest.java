package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NumberRangeTest {
    @Test
    void listsAndRanges() {
        assertThat(NumberRange.of("--severities", "1-5")).containsExactly(1, 2, 3, 4, 5);
        assertThat(NumberRange.of("--severities", "5,1, 3-4,3")).containsExactly(1, 3, 4, 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1,,2", "1-", "-1", "12345"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> NumberRange.of("--severities", text))
                .hasMessage("--severities is '" + text
                        + "', but must be whole numbers such as 1,3,5 or a range such as 1-5");
    }
}

package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class ThreadsOptionTest {
    private static ThreadsOption parsed(String... flags) {
        return CommandLine.populateCommand(new ThreadsOption(), flags);
    }

    @Test
    void autoIsAValue() {
        assertThat(parsed("--threads", "auto").threads()).isEmpty();
        assertThat(parsed("--threads", "auto").setting()).isEqualTo("auto");
        assertThat(parsed("--threads", "3").threads()).hasValue(3);
        assertThat(parsed("--threads", "3").setting()).isEqualTo("3");
        assertThat(parsed().threads()).isEmpty();
        assertThat(parsed().setting()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "two", "1.5", ""})
    void othersAreRefused(String value) {
        assertThatThrownBy(() -> parsed("--threads", value).setting())
                .isInstanceOf(ConfigException.class)
                .hasMessage("--threads is " + value + ", but must be auto or a whole number above 0");
    }
}

package io.bandpass.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConfigStrictnessTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrintableTextTest {
    @Test
    void valuesOfSettingsSteerNoTerminal() {
        assertThat(ConfigStrictnessTest.refusal("encoder.positions=\"a\\e[31m\\u202eb\""))
                .contains("encoder.positions is 'a\\x1B[31m\\u202Eb', but must be one of");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\u00C4pfel \u540D", "a\\b", "\uD83D\uDE00", "\u0915\u094D\u200D\u0937"})
    void textStaysAsItIs(String text) {
        assertThat(PrintableText.of(text)).isSameAs(text);
        assertThat(PrintableText.ofLines(text)).isEqualTo(text);
    }

    @Test
    void whatSteersATerminalOrEndsALineIsWrittenOut() {
        assertThat(PrintableText.of("a\u001B[2Jb\n\r\t\u007F")).isEqualTo("a\\x1B[2Jb\\x0A\\x0D\\x09\\x7F");
        assertThat(PrintableText.of("\u009B1m\u2028\u202E\u2067\uD83D!"))
                .isEqualTo("\\u009B1m\\u2028\\u202E\\u2067\\uD83D!");
        assertThat(PrintableText.ofLines("a\u0007\n\tb\u001B\n")).isEqualTo("a\\x07\n\tb\\x1B\n");
    }

    @Test
    void doingItTwiceChangesNothing() {
        String once = PrintableText.of("a\nb\u009B");
        assertThat(PrintableText.of(once)).isEqualTo(once);
    }
}

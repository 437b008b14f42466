package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** YAML from strangers: refused in one sentence with the line, never read as something else, never a burden. */
final class StrictYamlTest {
    @Test
    void aDuplicateKeyIsRefusedWithItsLine() {
        assertThat(refusal("train:\n  epochs: 1\n  seed: 1\n  epochs: 2\n"))
                .isEqualTo("my.yaml is not sound YAML in line 4: Duplicate field 'epochs'");
        assertThat(refusal("train:\n  epochs: 1\nmask:\n  clamp: true\ntrain:\n  seed: 1\n"))
                .isEqualTo("my.yaml is not sound YAML in line 5: Duplicate field 'train'");
    }

    @Test
    void whatIsNoYamlIsRefusedWithTheProblemAndItsLine() {
        assertThat(refusal("train:\n\tepochs: 1\n"))
                .startsWith("my.yaml is not sound YAML in line 2: found character '\\t(TAB)'");
        assertThat(refusal("train:\n  epochs: [1\n"))
                .isEqualTo("my.yaml is not sound YAML in line 3: expected ',' or ']', but got <stream end>");
        assertThat(refusal("train: {epochs: 1}}"))
                .isEqualTo("my.yaml is not sound YAML in line 1: expected <block end>, but found '}'");
        assertThat(refusal("train:\n  epochs: 1\n seed: 2\n"))
                .startsWith("my.yaml is not sound YAML in line 3: expected <block end>");
        assertThat(refusal("description: \"no end\n"))
                .startsWith("my.yaml is not sound YAML in line 2: ")
                .contains("end of stream");
    }

    @Test
    void aSecondDocumentIsRefusedAndNotLeftOut() {
        assertThat(refusal("train:\n  epochs: 1\n---\nmask:\n  radius: 2\n"))
                .isEqualTo("my.yaml has a second document in line 4, but a configuration is one;"
                        + " remove the line --- before it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "description: &a x\ndata: {labels: *a}",
                "train: &t {epochs: 3}\nmask: *t",
                "data:\n  paths: [*b]",
                "optimizer: {betas: *c}"
            })
    void anAliasIsRefusedAndNotReadAsAWord(String text) {
        assertThat(refusal(text))
                .containsPattern("my.yaml has the alias \\*[abct] in line [12], but a configuration has none");
    }

    @Test
    void aBombOfAliasesIsRefusedAtTheFirst() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, (alias + ",").repeat(9) + alias));
        }

        assertThat(refusal(bomb.toString())).startsWith("my.yaml has the alias *a0 in line 2");
    }

    @Test
    void anAnchorThatNobodyUsesAndATagDoNoHarm() {
        PretrainingConfig config = ConfigBuilder.of(PretrainingConfig.class)
                .yaml("train: &t {epochs: 3}\ndescription: !!java.net.URL http://example.org", "my.yaml")
                .build();

        assertThat(config.train().epochs()).isEqualTo(3);
        assertThat(config.description()).isEqualTo("http://example.org");
    }

    @Test
    void aMergeKeyIsAnUnknownKey() {
        assertThat(refusal("train:\n  <<: {epochs: 3}")).startsWith("my.yaml: unknown key train.<<; ");
    }

    @Test
    void veryLargeTextIsRefusedBeforeItIsParsed() {
        assertThat(refusal("description: " + "x".repeat(2_000_000)))
                .isEqualTo("my.yaml has 2000013 characters, but a configuration has at most 1048576");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void deepNestingIsRefusedWithoutOverflowingTheStack(String opening) {
        assertThat(refusal(opening.repeat(50_000)))
                .isEqualTo("my.yaml is no configuration: it is nested too deeply, or a number is too long");
    }

    @Test
    void aNumberOfManyDigitsIsRefused() {
        assertThat(refusal("train: {seed: " + "9".repeat(5000) + "}"))
                .startsWith("train.seed is \"999")
                .endsWith("..., but must be a whole number")
                .hasSizeLessThan(150);
    }

    @Test
    void aByteOrderMarkIsSkipped() {
        assertThat(ConfigBuilder.of(PretrainingConfig.class)
                        .yaml("\uFEFFtrain: {epochs: 3}", "my.yaml")
                        .build()
                        .train()
                        .epochs())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "3", "hello", "- a\n- b", "'train: 3'"})
    void textWithoutKeysIsRefused(String text) {
        assertThat(refusal(text)).isEqualTo("my.yaml: the file must hold keys and values");
    }

    private static String refusal(String text) {
        ConfigException[] refused = new ConfigException[1];
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ConfigBuilder.of(PretrainingConfig.class)
                        .yaml(text, "my.yaml")
                        .build())
                .satisfies(e -> refused[0] = e);
        String message = String.valueOf(refused[0].getMessage());
        assertThat(message).doesNotContain("\n");
        return message;
    }
}

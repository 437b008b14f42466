package io.bandpass.dataset;

import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The npm registry, chosen by npm's own rules: the environment, then the user's {@code .npmrc}, then the public
 * registry. Credentials are ignored.
 */
public record NpmRegistry(URI base) {
    private static final String PUBLIC = "https://registry.npmjs.org/";
    private static final Pattern SETTING = Pattern.compile("\\s*registry\\s*=\\s*\"?([^\"]*?)\"?\\s*");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

    /** Returns the registry of the current user. */
    public static NpmRegistry ofUser() {
        // Like npm: HOME comes before the system's account data, which may not know the user.
        String home = variable(System.getenv(), "HOME").orElseGet(() -> System.getProperty("user.home"));
        return of(System.getenv(), Path.of(home));
    }

    /**
     * Returns the registry of a user.
     *
     * @param environment read for {@code npm_config_registry} and {@code npm_config_userconfig}
     * @param home folder that may contain a {@code .npmrc}
     * @throws ConfigException if the address is invalid
     */
    static NpmRegistry of(Map<String, String> environment, Path home) {
        Optional<String> configured = variable(environment, "npm_config_registry");
        if (configured.isPresent()) {
            return at(configured.get(), "npm_config_registry");
        }
        Path settings = variable(environment, "npm_config_userconfig")
                .map(NpmRegistry::path)
                .orElse(home.resolve(".npmrc"));
        return setting(settings, environment)
                .map(address -> at(address, settings.toString()))
                .orElseGet(() -> at(PUBLIC, "the default"));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ConfigException("npm_config_userconfig is '" + text + "', which is no path: " + e.getReason());
        }
    }

    /** Reads a variable; npm accepts its variables in lower and upper case. */
    private static Optional<String> variable(Map<String, String> environment, String name) {
        return List.of(name, name.toUpperCase(Locale.ROOT)).stream()
                .map(key -> environment.getOrDefault(key, ""))
                .filter(value -> !value.isBlank())
                .findFirst();
    }

    private static Optional<String> setting(Path file, Map<String, String> environment) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(file)) {
            return lines.map(SETTING::matcher)
                    .filter(Matcher::matches)
                    .map(matcher -> matcher.group(1))
                    .reduce((earlier, later) -> later)
                    .map(value -> VARIABLE.matcher(value)
                            .replaceAll(found ->
                                    Matcher.quoteReplacement(environment.getOrDefault(found.group(1), found.group()))));
        } catch (IOException | UncheckedIOException e) {
            throw new ConfigException("the settings of npm in " + file
                    + " cannot be read as UTF-8 text; name the registry in the variable npm_config_registry");
        }
    }

    private static NpmRegistry at(String address, String where) {
        try {
            URI uri = new URI(address.strip());
            String scheme = String.valueOf(uri.getScheme());
            if (uri.getHost() != null && (scheme.equals("https") || scheme.equals("http"))) {
                String path = String.valueOf(uri.getPath());
                // Without user name and password, because the address is printed.
                return new NpmRegistry(new URI(
                        scheme,
                        null,
                        uri.getHost(),
                        uri.getPort(),
                        path.endsWith("/") ? path : path + "/",
                        null,
                        null));
            }
        } catch (URISyntaxException e) {
            // Handled like an address of another scheme.
        }
        throw new ConfigException("the npm registry that " + where
                + " names is no address that begins with https:// or http://; one is " + PUBLIC);
    }

    /** Returns the address of a package's archive. */
    public URI archive(NpmPackage wanted) {
        return base.resolve(wanted.name() + "/-/" + wanted.name() + "-" + wanted.version() + ".tgz");
    }
}

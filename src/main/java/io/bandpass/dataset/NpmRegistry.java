package io.bandpass.dataset;

import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where packages come from, as npm itself decides it: the environment, else the user's {@code .npmrc}, else the public
 * registry. Logins are not looked at.
 */
public record NpmRegistry(URI base) {
    private static final String PUBLIC = "https://registry.npmjs.org/";
    private static final Pattern SETTING = Pattern.compile("\\s*registry\\s*=\\s*\"?([^\"]*?)\"?\\s*");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

    /** The registry of this user. */
    public static NpmRegistry ofUser() {
        // npm, too, looks at HOME before it asks the system, which may not know the user.
        String home = variable(System.getenv(), "HOME").orElseGet(() -> System.getProperty("user.home"));
        return of(System.getenv(), Path.of(home));
    }

    /**
     * The registry of a user.
     *
     * @param environment of which {@code npm_config_registry} and {@code npm_config_userconfig} count
     * @param home folder that may hold a {@code .npmrc}
     * @throws ConfigException if the address is none
     */
    static NpmRegistry of(Map<String, String> environment, Path home) {
        Optional<String> given = variable(environment, "npm_config_registry");
        if (given.isPresent()) {
            return at(given.get(), "npm_config_registry");
        }
        Path settings =
                variable(environment, "npm_config_userconfig").map(Path::of).orElse(home.resolve(".npmrc"));
        return setting(settings, environment)
                .map(address -> at(address, settings.toString()))
                .orElseGet(() -> at(PUBLIC, "the default"));
    }

    /** npm knows its variables in small and large letters. */
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
                // Without a name and password that may stand in it: it is printed.
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
            // As an address of another kind.
        }
        throw new ConfigException("the npm registry that " + where
                + " names is no address that begins with https:// or http://; one is " + PUBLIC);
    }

    /** The archive of a package. */
    public URI archive(NpmPackage wanted) {
        return base.resolve(wanted.name() + "/-/" + wanted.name() + "-" + wanted.version() + ".tgz");
    }
}

package io.bandpass.store;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.regex.Pattern;

/**
 * What a host is told about the user, from the usual places only: the entry of the host in {@code ~/.netrc} or the file
 * named by {@code NETRC}, and {@code HF_TOKEN} for huggingface.co. Sent to that host alone, and written nowhere.
 */
final class Credentials {
    private static final String HUGGING_FACE = "huggingface.co";
    private static final char DELETE = 0x7F;

    private static final Pattern COMMENT = Pattern.compile("^\\s*#.*$", Pattern.MULTILINE);

    private final Map<String, String> environment;
    private final Optional<Path> home;

    Credentials(Map<String, String> environment, Optional<Path> home) {
        this.environment = environment;
        this.home = home;
    }

    /** Returns the header {@code Authorization} for a host; empty if nothing is known. */
    String of(URI address) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        String token = environment.getOrDefault("HF_TOKEN", "").strip();
        if (token.chars().anyMatch(c -> c <= ' ' || c >= DELETE)) {
            throw new StoreException("the variable HF_TOKEN holds characters that no token has; set it anew");
        }
        if (!token.isEmpty() && host.equals(HUGGING_FACE) && address.getScheme().equals("https")) {
            return "Bearer " + token;
        }
        return netrc().flatMap(text -> entry(text, host)).orElse("");
    }

    private Optional<String> netrc() {
        String named = environment.getOrDefault("NETRC", "");
        Optional<Path> file =
                named.isEmpty() ? home.map(folder -> folder.resolve(".netrc")) : Optional.of(Path.of(named));
        if (file.filter(Files::isRegularFile).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file.orElseThrow()));
        } catch (IOException e) {
            throw new StoreException(
                    file.orElseThrow() + " cannot be read (" + e.getMessage()
                            + "); it may hold the password of the store",
                    e);
        }
    }

    private static Optional<String> entry(String text, String host) {
        StringTokenizer words = new StringTokenizer(COMMENT.matcher(text).replaceAll(""));
        boolean isHost = false;
        String login = "";
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            String value = words.hasMoreTokens() && !word.equals("default") ? words.nextToken() : "";
            switch (word) {
                case "machine" -> isHost = value.equalsIgnoreCase(host);
                case "default" -> isHost = false;
                case "login" -> login = isHost ? value : login;
                case "password" -> {
                    if (isHost) {
                        byte[] both = (login + ":" + value).getBytes(StandardCharsets.UTF_8);
                        return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
                    }
                }
                default -> {
                    // account, or a macro, which the program does not need.
                }
            }
        }
        return Optional.empty();
    }
}

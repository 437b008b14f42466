package io.bandpass.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where the indexes lie: a file for each folder, list or glob that was ever looked through. */
final class IndexFolder {
    private static final int NAME_BYTES = 16;

    private IndexFolder() {}

    /**
     * The index of a set.
     *
     * @param setting {@code data.index}
     * @param identity absolute path or glob of the set
     * @return nothing for {@code none}
     */
    static Optional<Path> file(String setting, String identity) {
        if (setting.equals("none")) {
            return Optional.empty();
        }
        Path folder = setting.equals("auto")
                ? usual(System.getenv(), System.getProperty("os.name"), Path.of(System.getProperty("user.home")))
                : FileNames.path(setting);
        return Optional.of(folder.resolve(digest(identity) + ".index"));
    }

    /** The folder for caches by the conventions of the system: XDG, macOS or Windows. */
    static Path usual(Map<String, String> environment, String system, Path home) {
        String name = system.toLowerCase(Locale.ROOT);
        String given = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!given.isEmpty() && FileNames.path(given).isAbsolute()) {
            return Path.of(given, "bandpass");
        }
        if (name.startsWith("mac")) {
            return home.resolve("Library/Caches/bandpass");
        }
        String local = environment.getOrDefault("LOCALAPPDATA", "");
        if (name.startsWith("windows") && !local.isEmpty()) {
            return Path.of(local, "bandpass", "cache");
        }
        return home.resolve(".cache/bandpass");
    }

    private static String digest(String identity) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

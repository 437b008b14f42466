package io.bandpass.data;

import io.bandpass.text.ShortDigest;
import io.bandpass.torch.HomeFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Location of the header indexes: one file for each folder, list or glob ever scanned, and for each shard. */
final class IndexFolder {
    private static final String SUFFIX = ".index";
    private static final String SHARDS = "shards";

    private IndexFolder() {}

    /**
     * Returns the index file of a set.
     *
     * @param setting {@code data.index}
     * @param identity absolute path or glob of the set
     * @return empty for {@code none}, and for {@code auto} if the system has no cache folder
     */
    static Optional<Path> file(String setting, String identity) {
        if (setting.equals("none")) {
            return Optional.empty();
        }
        Optional<Path> folder = setting.equals("auto")
                ? usual(System.getenv(), System.getProperty("os.name"), home())
                : Optional.of(FileNames.path(setting));
        return folder.map(path -> path.resolve(ShortDigest.of(identity) + SUFFIX));
    }

    /**
     * Returns the index file of a shard, in a folder for these alone.
     *
     * @param setting {@code data.index}
     * @param identity absolute path of the shard
     * @return empty as for {@link #file}
     */
    static Optional<Path> shard(String setting, String identity) {
        return file(setting, identity).map(file -> file.resolveSibling(SHARDS).resolve(file.getFileName()));
    }

    /**
     * Returns the folder for parts of remote files.
     *
     * @param setting {@code data.cache}
     * @throws DataException for {@code auto}, if the system has no cache folder
     */
    static Path cache(String setting) {
        if (!setting.equals("auto")) {
            return FileNames.path(setting);
        }
        return usual(System.getenv(), System.getProperty("os.name"), home())
                .orElseThrow(() -> new DataException("remote files are kept in a cache, but this user has no folder for"
                        + " it; name one by data.cache"))
                .resolve("remote");
    }

    static Optional<Path> home() {
        return HomeFolder.candidates().stream().filter(Files::isDirectory).findFirst();
    }

    /**
     * Returns the cache folder by the conventions of the system: XDG, macOS or Windows.
     *
     * @param home empty if the user has none
     */
    static Optional<Path> usual(Map<String, String> environment, String system, Optional<Path> home) {
        String name = system.toLowerCase(Locale.ROOT);
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!xdg.isEmpty() && FileNames.path(xdg).isAbsolute()) {
            return Optional.of(Path.of(xdg, "bandpass"));
        }
        if (name.startsWith("mac")) {
            return home.map(path -> path.resolve("Library/Caches/bandpass"));
        }
        String local = environment.getOrDefault("LOCALAPPDATA", "");
        if (name.startsWith("windows") && !local.isEmpty()) {
            return Optional.of(Path.of(local, "bandpass", "cache"));
        }
        return home.map(path -> path.resolve(".cache/bandpass"));
    }
}

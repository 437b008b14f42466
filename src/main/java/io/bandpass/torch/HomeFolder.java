package io.bandpass.torch;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The user's home folder. Java reads it from the system's user table. For a user without an entry there, as in a
 * container started with a numeric user ID, Java 17 returns {@code ?}, and {@code HOME} may be right.
 */
public final class HomeFolder {
    private HomeFolder() {}

    /** Returns possible home folders, the likeliest first; they may be missing or belong to other users. */
    public static List<Path> candidates() {
        return candidates(System.getProperty("user.home"), System.getenv("HOME"));
    }

    static List<Path> candidates(@Nullable String javas, @Nullable String environments) {
        return Stream.of(javas, environments)
                .map(HomeFolder::absolute)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    /** Drops relative paths: they would depend on the folder in which the program was started. */
    private static Optional<Path> absolute(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Path::of).filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}

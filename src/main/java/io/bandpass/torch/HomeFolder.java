package io.bandpass.torch;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The user's home folder. Java takes it from the system's table of users; where the user has no entry there, as in a
 * container that was started with a number for its user, Java 17 says {@code ?}, and {@code HOME} may know better.
 */
public final class HomeFolder {
    private HomeFolder() {}

    /** The places that may be the home folder, the likeliest first; they may be missing or belong to others. */
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

    /** A relative path would lie below whatever folder the program was started in. */
    private static Optional<Path> absolute(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Path::of).filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}

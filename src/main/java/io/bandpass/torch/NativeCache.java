package io.bandpass.torch;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the folder into which JavaCPP unpacks native libraries. JavaCPP itself silently skips a folder that it cannot
 * use, and trusts Java's home folder even if that does not exist.
 */
final class NativeCache {
    /** System property through which users set the folder and JavaCPP receives it. */
    static final String OPTION = "org.bytedeco.javacpp.cachedir";

    /** Advice on setting another folder, the end of error messages. */
    static final String ADVICE = "name another folder with BANDPASS_JAVA_OPTIONS=-D" + OPTION + "=FOLDER";

    private static final Logger LOG = LoggerFactory.getLogger(NativeCache.class);
    private static final String OTHER_SPELLING = "org.bytedeco.javacpp.cacheDir";
    private static final String BELOW_HOME = ".javacpp/cache";
    private static final String OWNERS_ALONE = "rwx------";

    private NativeCache() {}

    /**
     * Sets a usable folder before JavaCPP looks for one.
     *
     * @throws EngineException if there is none, or the configured one is not usable
     */
    static void choose() {
        Optional<String> configured = Stream.of(OPTION, OTHER_SPELLING)
                .map(System::getProperty)
                .filter(value -> value != null && !value.isBlank())
                .findFirst();
        Path folder = choose(configured, HomeFolder.candidates(), Path.of(System.getProperty("java.io.tmpdir")));
        System.setProperty(OPTION, folder.toString());
    }

    /**
     * Returns the folder to use.
     *
     * @param configured folder set by the user
     * @param homes possible home folders
     * @param temporary the system's folder for temporary files
     */
    static Path choose(Optional<String> configured, List<Path> homes, Path temporary) {
        if (configured.isPresent()) {
            Path named = Path.of(configured.get()).toAbsolutePath();
            problem(named).ifPresent(problem -> {
                throw new EngineException("native libraries cannot be unpacked into " + named + ", which " + problem
                        + "; " + ADVICE + " that can be written");
            });
            return named;
        }
        for (Path home : homes) {
            Path cache = home.resolve(BELOW_HOME);
            // Never create the home folder itself: for a user without one, nobody would find it.
            if (Files.isDirectory(home) && problem(cache).isEmpty()) {
                return cache;
            }
        }
        return ofTemporaryFiles(temporary);
    }

    /** Creates the folder if necessary and returns why it is not usable, if so. */
    private static Optional<String> problem(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            return Optional.of("is no folder");
        } catch (IOException | SecurityException e) {
            return Optional.of("cannot be made (" + e + ")");
        }
        boolean usable = Files.isReadable(folder) && Files.isWritable(folder) && Files.isExecutable(folder);
        return usable ? Optional.empty() : Optional.of("this user cannot write");
    }

    /**
     * Returns a folder of this user inside the shared temporary folder. Its libraries are executed, so no other user
     * may be able to write there.
     */
    private static Path ofTemporaryFiles(Path temporary) {
        try {
            Path probe = Files.createTempFile(temporary, "bandpass", ".tmp");
            String user;
            try {
                user = Files.getOwner(probe).getName();
            } finally {
                Files.delete(probe);
            }
            Path folder = temporary.resolve("bandpass-natives-" + user.replaceAll("[^A-Za-z0-9_-]", "_"));
            boolean posix = Files.getFileStore(temporary).supportsFileAttributeView("posix");
            try {
                if (posix) {
                    Files.createDirectory(
                            folder,
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNERS_ALONE)));
                } else {
                    Files.createDirectory(folder);
                }
            } catch (FileAlreadyExistsException e) {
                rejectUnlessOwn(folder, user, posix);
            }
            LOG.warn(
                    "no home folder of this user can be written: native libraries are unpacked into {}; to keep them"
                            + " elsewhere, set HOME or {}",
                    folder,
                    ADVICE);
            return folder;
        } catch (IOException | SecurityException e) {
            throw new EngineException(
                    "there is no folder into which native libraries can be unpacked: no home folder of this user can be"
                            + " written, nor can " + temporary + " (" + e + "); set HOME, or " + ADVICE,
                    e);
        }
    }

    private static void rejectUnlessOwn(Path folder, String user, boolean posix) throws IOException {
        boolean own = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName().equals(user);
        if (own && posix) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
            own = !permissions.contains(PosixFilePermission.GROUP_WRITE)
                    && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
        }
        if (!own) {
            throw new EngineException("native libraries cannot be unpacked into " + folder
                    + ", which other users can write: they could put programs there; remove it, set HOME, or "
                    + ADVICE);
        }
    }
}

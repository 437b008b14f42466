package io.bandpass.data;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * An image as a member of an archive.
 *
 * @param name of the member, unique in the archive
 * @param offset of its bytes from the start of the archive
 * @param length number of its bytes
 * @param attributes of the archive, as of the scan
 */
public record ArchiveMember(Path archive, String name, long offset, int length, BasicFileAttributes attributes) {
    /** Returns whether size and modification time of the archive are those of the scan, so that the offset still holds. */
    boolean isUnchanged() throws IOException {
        return FileFacts.isUnchanged(archive, attributes);
    }
}

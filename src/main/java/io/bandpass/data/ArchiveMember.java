package io.bandpass.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * An image as a member of an archive or a row of a Parquet file.
 *
 * @param name of the member, unique in the archive
 * @param offset of its bytes from the start of the archive; negative for those in a compressed page, unique to each
 * @param length number of its bytes
 * @param content opens its bytes, behind which others may follow
 * @param attributes of the archive, as of the scan
 */
public record ArchiveMember(
        Path archive, String name, long offset, int length, Content content, BasicFileAttributes attributes) {
    /** Opens the bytes of a member. */
    public interface Content {
        InputStream open() throws IOException;
    }

    /** Whether its name is the number of its row, which says nothing without the name of its file. */
    public boolean isRow() {
        return ShardNames.isRow(archive, name);
    }

    /** Returns whether size and modification time of the archive are those of the scan, so that the offset still holds. */
    boolean isUnchanged() throws IOException {
        return FileFacts.isUnchanged(archive, attributes);
    }
}

package io.bandpass.data;

import java.nio.file.Path;

/**
 * An image as a member of an archive.
 *
 * @param name of the member, unique in the archive
 * @param offset of its bytes from the start of the archive
 * @param length number of its bytes
 */
public record ArchiveMember(Path archive, String name, long offset, int length) {}

package io.bandpass.data;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Indexes that are sound but for one claim. */
final class HeaderIndexFiles {
    private HeaderIndexFiles() {}

    /** The same index as a program with other checks would have written it, and a checksum that fits. */
    static byte[] ofOtherChecks(byte[] index) {
        byte[] changed = index.clone();
        // After the version of the form and the length of the identity, which begins with that of the checks.
        changed[Long.BYTES + Short.BYTES]++;
        return withChecksum(changed);
    }

    /** The same index with another number of files, and a checksum that fits. */
    static byte[] withCount(byte[] index, int count) {
        byte[] changed = index.clone();
        ByteBuffer buffer = ByteBuffer.wrap(changed);
        buffer.putInt(changed.length - Long.BYTES - Integer.BYTES, count);
        return withChecksum(changed);
    }

    private static byte[] withChecksum(byte[] index) {
        int end = index.length - Long.BYTES;
        CRC32C checksum = new CRC32C();
        checksum.update(index, 0, end);
        ByteBuffer.wrap(index).putLong(end, checksum.getValue());
        return index;
    }
}

package io.bandpass.data;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Indexes that are sound but for one claim. */
final class HeaderIndexFiles {
    private HeaderIndexFiles() {}

    /** The same index with another number of files, and a checksum that fits. */
    static byte[] withCount(byte[] index, int count) {
        byte[] changed = index.clone();
        ByteBuffer buffer = ByteBuffer.wrap(changed);
        int end = changed.length - Long.BYTES;
        buffer.putInt(end - Integer.BYTES, count);
        CRC32C checksum = new CRC32C();
        checksum.update(changed, 0, end);
        buffer.putLong(end, checksum.getValue());
        return changed;
    }
}

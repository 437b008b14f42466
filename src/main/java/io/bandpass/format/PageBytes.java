package io.bandpass.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The uncompressed bytes of a page: where they are in the file, or in memory if they are compressed there. */
public final class PageBytes {
    private final FileWindow window;
    private final long position;
    private final int size;
    private final @Nullable PackedPage packed;
    private final byte[] content;

    private PageBytes(FileWindow window, long position, int size, @Nullable PackedPage packed, byte[] content) {
        this.window = window;
        this.position = position;
        this.size = size;
        this.packed = packed;
        this.content = content;
    }

    /** Returns the bytes of a page that is not compressed. */
    static PageBytes stored(FileWindow window, long position, int size) {
        return new PageBytes(window, position, size, null, new byte[0]);
    }

    /** Decompresses a page. */
    static PageBytes unpacked(FileWindow window, PackedPage page) throws IOException {
        page.check();
        byte[] content = page.unpack(window.bytes(page.position(), page.compressed()));
        return new PageBytes(window, page.position(), page.size(), page, content);
    }

    int size() {
        return size;
    }

    /** The page as it is compressed; null if it is not. */
    public @Nullable PackedPage packed() {
        return packed;
    }

    /** Returns the position in the file of a byte of a page that is not compressed. */
    public long position(int at) {
        return position + at;
    }

    /** Returns bytes that lie in the page. */
    public byte[] bytes(int at, int count) throws IOException {
        return packed == null ? window.bytes(position + at, count) : Arrays.copyOfRange(content, at, at + count);
    }

    /** Returns a little-endian integer of up to eight bytes. */
    public long integer(int at, int width) throws IOException {
        byte[] bytes = bytes(at, width);
        // The sign is that of the last byte.
        long value = bytes[width - 1];
        for (int i = width - 2; i >= 0; i--) {
            value = (value << Byte.SIZE) | (bytes[i] & 0xFF);
        }
        return value;
    }

    /** Returns a view of bytes that lie in the page; closing it does nothing. */
    public SeekableByteChannel view(int at, int count) {
        return packed == null
                ? window.view(position + at, count)
                : new MemberChannel(count, (from, target) -> copy(at + (int) from, target));
    }

    private int copy(int from, ByteBuffer target) {
        int count = Math.min(target.remaining(), size - from);
        target.put(content, from, count);
        return count;
    }
}

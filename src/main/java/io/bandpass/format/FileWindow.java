package io.bandpass.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/** Reads a file by position through a small buffer, so that a header and the first bytes behind it cost one read. */
final class FileWindow {
    private static final int SIZE = 1 << 14;

    private final FileChannel channel;
    private final ByteBuffer window = ByteBuffer.allocate(SIZE).limit(0);
    private long start;

    FileWindow(FileChannel channel) {
        this.channel = channel;
    }

    /** Reads at least one byte, from the buffer, which is moved if it lacks the first one; returns -1 at the end. */
    int read(long at, ByteBuffer target) throws IOException {
        if (at < start || at >= start + window.limit()) {
            window.clear();
            start = at;
            int read = channel.read(window, at);
            window.limit(Math.max(0, read));
            if (read <= 0) {
                return -1;
            }
        }
        window.position((int) (at - start));
        int count = Math.min(window.remaining(), target.remaining());
        target.put(window.slice(window.position(), count));
        return count;
    }

    /**
     * Reads some bytes.
     *
     * @throws EOFException if the file ends before
     */
    byte[] bytes(long at, int count) throws IOException {
        byte[] bytes = new byte[count];
        ByteBuffer target = ByteBuffer.wrap(bytes);
        while (target.hasRemaining()) {
            if (read(at + target.position(), target) <= 0) {
                throw new EOFException("it became shorter while it was read");
            }
        }
        return bytes;
    }

    /** Returns a view of a part of the file; closing it does nothing. */
    SeekableByteChannel view(long at, long size) {
        return new MemberChannel(size, (position, target) -> read(at + position, target));
    }
}

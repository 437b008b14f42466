package io.bandpass.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** The portion of a file that pickles may occupy; knows how many bytes remain. */
final class PickleInput extends InputStream {
    /** Pickles of checkpoints take some 100 KB; with long lists of losses, a few MB. */
    static final long LARGEST = 64 << 20;

    private static final int BUFFER = 1 << 16;

    private final String source;
    private final @Nullable FileChannel channel;
    private final long end;
    private final ByteBuffer buffer;
    private long position;

    /** Reads a file from its start, at most {@link #LARGEST} bytes. */
    PickleInput(String source, FileChannel channel) throws IOException {
        this.source = source;
        this.channel = channel;
        end = Math.min(channel.size(), LARGEST);
        buffer = ByteBuffer.allocate(BUFFER).limit(0);
    }

    /** Reads bytes in memory. */
    PickleInput(String source, byte[] bytes) {
        this.source = source;
        channel = null;
        end = bytes.length;
        buffer = ByteBuffer.wrap(bytes);
    }

    /** Position of the next byte in the file. */
    long position() {
        return position;
    }

    /** Maximum number of bytes that remain. */
    long left() {
        return end - position;
    }

    @Override
    public int read() throws IOException {
        fill();
        position++;
        return buffer.get() & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        fill();
        int count = Math.min(length, buffer.remaining());
        buffer.get(bytes, from, count);
        position += count;
        return count;
    }

    /** Refills the buffer. A pickle marks its own end, so reaching the end of the file before is always an error. */
    private void fill() throws IOException {
        if (buffer.hasRemaining()) {
            return;
        }
        if (channel != null && left() > 0) {
            buffer.clear().limit((int) Math.min(BUFFER, left()));
            int count = channel.read(buffer, position);
            buffer.flip();
            if (count > 0) {
                return;
            }
        }
        throw new WeightsException(source + " holds no sound pickle: it ends after " + position
                + " bytes, in the middle" + (end == LARGEST ? ", which is the most that is read" : ""));
    }
}

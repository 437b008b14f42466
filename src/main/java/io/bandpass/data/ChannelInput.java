package io.bandpass.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * A file as ImageIO reads it. ImageIO's own stream opens files by their name as text, which fails for names that the
 * system's character set does not know, such as any with an accent under the POSIX locale of a bare container.
 */
final class ChannelInput extends ImageInputStreamImpl {
    private static final int PORTION = 4096;

    private final SeekableByteChannel channel;
    private final ByteBuffer portion = ByteBuffer.allocate(PORTION);
    private long portionStart;
    private @Nullable IOException failure;

    /** Takes a channel, and closes it at the end. */
    ChannelInput(SeekableByteChannel channel) {
        this.channel = channel;
        portion.limit(0);
    }

    /** Why the file could not be read, whatever the content; null where it could. */
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public long length() {
        try {
            return channel.size();
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public int read() throws IOException {
        bitOffset = 0;
        if (!fill()) {
            return -1;
        }
        streamPos++;
        return portion.get() & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        bitOffset = 0;
        int done = 0;
        // Numbers are read at one go, and an end of the portion within one must not look like the end of the file.
        while (done < length && fill()) {
            int count = Math.min(length - done, portion.remaining());
            portion.get(target, offset + done, count);
            streamPos += count;
            done += count;
        }
        return done == 0 && length > 0 ? -1 : done;
    }

    /** Puts the bytes from the stream's position on into the portion; false at the end of the file. */
    private boolean fill() throws IOException {
        long offset = streamPos - portionStart;
        if (offset < 0 || offset >= portion.limit()) {
            portion.clear();
            portion.limit(Math.max(0, readPortion()));
            portionStart = streamPos;
            offset = 0;
        }
        portion.position((int) offset);
        return portion.hasRemaining();
    }

    private int readPortion() throws IOException {
        try {
            channel.position(streamPos);
            return channel.read(portion);
        } catch (IOException e) {
            failure = e;
            portion.limit(0);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        channel.close();
    }
}

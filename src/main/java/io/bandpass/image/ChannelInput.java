package io.bandpass.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * Random-access input for header and pixel readers, with numbers of either byte order. Of a file on disk only the
 * accessed portions are read. Reading a number beyond the end throws an EOFException.
 */
final class ChannelInput extends ImageInputStreamImpl {
    private static final int PORTION = 4096;

    private final @Nullable SeekableByteChannel channel;
    private final ByteBuffer portion;
    private final long length;
    private long portionStart;

    /** Reads a channel, and closes it at the end. */
    ChannelInput(SeekableByteChannel channel) throws IOException {
        this.channel = channel;
        length = channel.size();
        portion = ByteBuffer.allocate(PORTION);
        portion.limit(0);
    }

    /** Reads a file in memory, from the start to the limit of the buffer. */
    ChannelInput(ByteBuffer bytes) {
        channel = null;
        portion = bytes.duplicate().rewind();
        length = portion.limit();
    }

    @Override
    public long length() {
        return length;
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
    public int read(byte[] target, int offset, int count) throws IOException {
        bitOffset = 0;
        int done = 0;
        // Multi-byte numbers are read at once: the end of a portion within one must not look like the end of the file.
        while (done < count && fill()) {
            int chunk = Math.min(count - done, portion.remaining());
            portion.get(target, offset + done, chunk);
            streamPos += chunk;
            done += chunk;
        }
        return done == 0 && count > 0 ? -1 : done;
    }

    /** Loads the bytes at the stream's position into the portion; returns false at the end of the file. */
    private boolean fill() throws IOException {
        long offset = streamPos - portionStart;
        if (channel == null) {
            portion.position((int) Math.min(offset, length));
            return portion.hasRemaining();
        }
        if (offset < 0 || offset >= portion.limit()) {
            portion.clear();
            portion.limit(Math.max(0, readPortion(channel)));
            portionStart = streamPos;
            offset = 0;
        }
        portion.position((int) offset);
        return portion.hasRemaining();
    }

    private int readPortion(SeekableByteChannel file) throws IOException {
        try {
            file.position(streamPos);
            return file.read(portion);
        } catch (IOException e) {
            portion.limit(0);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        if (channel != null) {
            channel.close();
        }
    }
}

package io.bandpass.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file as ImageIO reads it. ImageIO's own stream opens files by their name as text, which fails for names that the
 * system's character set does not know, such as any with an accent under the POSIX locale of a bare container.
 */
final class ChannelInput extends ImageInputStreamImpl {
    private static final int PORTION = 4096;

    private final SeekableByteChannel channel;
    private final ByteBuffer portion = ByteBuffer.allocate(PORTION);
    private long portionStart;

    ChannelInput(Path file) throws IOException {
        channel = Files.newByteChannel(file);
        portion.limit(0);
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
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, portion.remaining());
        portion.get(target, offset, count);
        streamPos += count;
        return count;
    }

    /** Puts the bytes from the stream's position on into the portion; false at the end of the file. */
    private boolean fill() throws IOException {
        long offset = streamPos - portionStart;
        if (offset < 0 || offset >= portion.limit()) {
            portion.clear();
            channel.position(streamPos);
            int count = channel.read(portion);
            portion.limit(Math.max(0, count));
            portionStart = streamPos;
            offset = 0;
        }
        portion.position((int) offset);
        return portion.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        super.close();
        channel.close();
    }
}

package io.bandpass.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A part of a file as a channel that can be read. Closing it does nothing. */
final class MemberChannel implements SeekableByteChannel {
    /** Reads from a position; returns -1 if there is nothing. */
    interface Source {
        int read(long position, ByteBuffer target) throws IOException;
    }

    private final long size;
    private final Source source;
    private long position;

    MemberChannel(long size, Source source) {
        this.size = size;
        this.source = source;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (position >= size) {
            return -1;
        }
        int limit = target.limit();
        target.limit((int) Math.min(limit, target.position() + (size - position)));
        int read = source.read(position, target);
        target.limit(limit);
        position += Math.max(0, read);
        return read;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long length) {
        throw new NonWritableChannelException();
    }
}

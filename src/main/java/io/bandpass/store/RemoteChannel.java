package io.bandpass.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** Reads a file of a store through the cache. Keeps the block that was read last open. For one thread. */
final class RemoteChannel extends FileChannel {
    private final BlockCache.CachedFile cached;
    private final long size;
    private final BlockCache.Origin origin;
    private long position;
    private long openBlock = -1;
    private @Nullable FileChannel open;

    RemoteChannel(BlockCache.CachedFile cached, long size, BlockCache.Origin origin) {
        this.cached = cached;
        this.size = size;
        this.origin = origin;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        if (newPosition < 0) {
            throw new IllegalArgumentException("position " + newPosition);
        }
        position = newPosition;
        return this;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int read = read(target, position);
        position += Math.max(0, read);
        return read;
    }

    /** Reads to the end of a block at most. */
    @Override
    public int read(ByteBuffer target, long from) throws IOException {
        if (from < 0) {
            throw new IllegalArgumentException("position " + from);
        }
        if (from >= size) {
            return -1;
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        int limit = target.limit();
        target.limit((int) Math.min(limit, target.position() + BlockCache.BLOCK - from % BlockCache.BLOCK));
        try {
            int read = readBlock(target, from);
            // A block that became shorter on the disk is fetched again.
            return read < 0 ? checked(readBlock(target, from)) : read;
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            // Not one of the file's: no image is unreadable for it.
            throw new StoreException("the cache of remote files cannot be read: " + e.getMessage(), e);
        } finally {
            target.limit(limit);
        }
    }

    private int readBlock(ByteBuffer target, long from) throws IOException {
        long block = from / BlockCache.BLOCK;
        long start = block * BlockCache.BLOCK;
        if (block != openBlock || open == null) {
            closeBlock();
            open = cached.open(block, (int) Math.min(BlockCache.BLOCK, size - start), origin);
            openBlock = block;
        }
        int read = open.read(target, from - start);
        if (read < 0) {
            closeBlock();
        }
        return read;
    }

    private static int checked(int read) throws IOException {
        if (read < 0) {
            throw new EOFException("its files become shorter while they are read");
        }
        return read;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            int read = read(targets[i]);
            if (read < 0) {
                return total == 0 ? -1 : total;
            }
            total += read;
            if (targets[i].hasRemaining()) {
                break;
            }
        }
        return total;
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
        long total = 0;
        while (total < count) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), count - total));
            if (read(buffer, from + total) <= 0) {
                break;
            }
            total += target.write(buffer.flip());
            if (buffer.hasRemaining()) {
                break;
            }
        }
        return total;
    }

    private void closeBlock() throws IOException {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    @Override
    protected void implCloseChannel() throws IOException {
        closeBlock();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new NonWritableChannelException();
    }

    @Override
    public int write(ByteBuffer source, long at) {
        throw new NonWritableChannelException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileChannel truncate(long length) {
        throw new NonWritableChannelException();
    }

    @Override
    public void force(boolean metaData) {
        // Nothing is ever written.
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long length) {
        throw new UnsupportedOperationException("files of a store cannot be mapped");
    }

    @Override
    public FileLock lock(long from, long length, boolean shared) {
        throw new UnsupportedOperationException("files of a store cannot be locked");
    }

    @Override
    public FileLock tryLock(long from, long length, boolean shared) {
        throw new UnsupportedOperationException("files of a store cannot be locked");
    }
}

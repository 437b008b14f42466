package io.bandpass.data;

import io.bandpass.format.PackedPage;
import io.bandpass.image.Uninterrupted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Decompressed pages of Parquet files, of which those used last are kept in a limited amount of memory: images that are
 * read in order have a page in common. Thread-safe; a page that several threads need is decompressed once.
 */
final class PageCache {
    private static final long LARGEST = 1 << 28;
    private static final int MEMORY_SHARE = 16;
    private static final int KIBIBYTE = 1 << 10;

    /** A page, and its content once it was needed; the lock of the page is that of this object. */
    private static final class Page {
        private final int size;
        private byte @Nullable [] content;

        Page(int size) {
            this.size = size;
        }
    }

    private record Key(Path file, long position) {}

    private final long capacity;
    private final Map<Key, Page> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** Memory for pages while they are decompressed, in KiB: that of two of the largest with their compressed bytes. */
    private final Semaphore memory = new Semaphore(kibibytes(4 * PackedPage.largest()));

    private long used;

    PageCache() {
        this(Math.min(LARGEST, Runtime.getRuntime().maxMemory() / MEMORY_SHARE));
    }

    /**
     * Creates a cache.
     *
     * @param capacity maximum number of bytes of all pages kept
     */
    PageCache(long capacity) {
        this.capacity = capacity;
    }

    /**
     * Returns bytes of a page's content.
     *
     * @throws IOException if the page cannot be read or is damaged
     */
    byte[] bytes(Path file, PackedPage packed, int at, int length) throws IOException {
        Page page = page(new Key(file, packed.position()), packed.size());
        byte[] content;
        synchronized (page) {
            content = page.content;
            if (content == null) {
                content = unpacked(file, packed);
                page.content = content;
            }
        }
        return Arrays.copyOfRange(content, at, at + length);
    }

    /** Returns a page that is kept from now on if there is room, for which others are given up. */
    private synchronized Page page(Key key, int size) {
        Page known = kept.get(key);
        if (known != null || size > capacity) {
            return known == null ? new Page(size) : known;
        }
        Iterator<Page> oldest = kept.values().iterator();
        while (used + size > capacity && oldest.hasNext()) {
            used -= oldest.next().size;
            oldest.remove();
        }
        used += size;
        Page page = new Page(size);
        kept.put(key, page);
        return page;
    }

    private byte[] unpacked(Path file, PackedPage packed) throws IOException {
        // The page was found with as much memory as Java had then.
        packed.check();
        int need = kibibytes((long) packed.compressed() + packed.size());
        memory.acquireUninterruptibly(need);
        try {
            return packed.unpack(Uninterrupted.read(() -> compressed(file, packed)));
        } finally {
            memory.release(need);
        }
    }

    private static byte[] compressed(Path file, PackedPage packed) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(packed.compressed());
        try (FileChannel channel = FileChannel.open(file)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, packed.position() + bytes.position()) < 0) {
                    throw new EOFException("its file became shorter");
                }
            }
        }
        return bytes.array();
    }

    private static int kibibytes(long bytes) {
        return (int) (bytes / KIBIBYTE) + 1;
    }
}

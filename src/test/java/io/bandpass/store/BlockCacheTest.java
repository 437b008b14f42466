package io.bandpass.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlockCacheTest {
    private static final int LENGTH = 1000;

    private final AtomicInteger fetched = new AtomicInteger();

    @TempDir
    Path folder;

    /** Fills with a number that follows from the position. */
    private void origin(long position, ByteBuffer target) {
        fetched.incrementAndGet();
        while (target.hasRemaining()) {
            target.put((byte) (position / BlockCache.BLOCK + 1));
        }
    }

    private byte[] read(BlockCache.CachedFile file, long block) throws IOException {
        try (FileChannel channel = file.open(block, LENGTH, this::origin)) {
            ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
            channel.read(bytes, 0);
            return bytes.array();
        }
    }

    private static byte[] expected(int block) {
        byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, (byte) (block + 1));
        return bytes;
    }

    private List<Path> blocks() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !String.valueOf(file.getFileName()).startsWith("lock-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aBlockIsFetchedOnceByWhomever() throws IOException {
        for (int process = 0; process < 3; process++) {
            BlockCache cache = new BlockCache(folder, 1L << 20);
            assertThat(read(cache.file("https://a/b.tar", "1"), 2)).isEqualTo(expected(2));
        }
        assertThat(fetched).hasValue(1);
        assertThat(blocks()).hasSize(1);
    }

    @Test
    void severalThreadsFetchABlockOnce() {
        List<BlockCache.CachedFile> files = IntStream.range(0, 3)
                .mapToObj(i -> new BlockCache(folder, 1L << 20).file("https://a/b.tar", "1"))
                .toList();
        List<byte[]> all = IntStream.range(0, 64)
                .parallel()
                .mapToObj(i -> {
                    try {
                        return read(files.get(i % 3), i % 2);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i)).isEqualTo(expected(i % 2));
        }
        assertThat(fetched).hasValue(2);
    }

    @Test
    void anotherStateOrAddressIsAnotherFile() throws IOException {
        BlockCache cache = new BlockCache(folder, 1L << 20);
        read(cache.file("https://a/b.tar", "1"), 0);
        read(cache.file("https://a/b.tar", "2"), 0);
        read(cache.file("https://a/c.tar", "1"), 0);
        assertThat(fetched).hasValue(3);
    }

    @Test
    void aBlockOfAnotherLengthIsFetchedAgain() throws IOException {
        BlockCache.CachedFile file = new BlockCache(folder, 1L << 20).file("https://a/b.tar", "1");
        read(file, 0);
        Files.write(blocks().get(0), new byte[10]);
        assertThat(read(file, 0)).isEqualTo(expected(0));
        assertThat(fetched).hasValue(2);
    }

    @Test
    void theBlocksThatWereReadLastStayBelowTheLimit() throws IOException {
        BlockCache.CachedFile file = new BlockCache(folder, 1L << 30).file("https://a/b.tar", "1");
        for (int block = 0; block < 20; block++) {
            read(file, block);
        }
        List<Path> all = blocks();
        for (Path block : all) {
            int number = Integer.parseInt(String.valueOf(block.getFileName()));
            // The even ones were read later.
            Files.setLastModifiedTime(
                    block, FileTime.fromMillis(1_000_000L * (number % 2 == 0 ? 100 + number : number)));
        }
        read(new BlockCache(folder, 10L * LENGTH).file("https://a/b.tar", "1"), 20);
        assertThat(blocks().stream().map(block -> String.valueOf(block.getFileName())))
                .containsExactlyInAnyOrder("4", "6", "8", "10", "12", "14", "16", "18", "20");
    }

    @Test
    void nothingElseInTheFolderIsEverRemoved() throws IOException {
        Path photo = Files.createDirectories(folder.resolve("photos")).resolve("1.jpg");
        Files.write(photo, new byte[5000]);
        Path inside = Files.createDirectories(folder.resolve("blocks/photos")).resolve("7");
        Files.write(inside, new byte[5000]);
        Files.createSymbolicLink(folder.resolve("blocks/0123456789abcdef0123456789abcdef"), inside.getParent());
        for (Path file : List.of(photo, inside)) {
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        }
        BlockCache.CachedFile file = new BlockCache(folder, 2L * LENGTH).file("https://a/b.tar", "1");
        for (int block = 0; block < 5; block++) {
            read(file, block);
        }
        assertThat(photo).exists();
        assertThat(inside).exists();
    }

    @Test
    void anOpenBlockStaysReadableWhenItGivesWay() throws IOException {
        BlockCache.CachedFile file = new BlockCache(folder, 1L << 20).file("https://a/b.tar", "1");
        try (FileChannel channel = file.open(3, LENGTH, this::origin)) {
            Files.delete(blocks().get(0));
            ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
            channel.read(bytes, 0);
            assertThat(bytes.array()).isEqualTo(expected(3));
        }
        assertThat(read(file, 3)).isEqualTo(expected(3));
    }

    @Test
    void whatAProcessLeftUnfinishedIsRemovedLater() throws IOException {
        BlockCache.CachedFile file = new BlockCache(folder, 1L << 20).file("https://a/b.tar", "1");
        read(file, 0);
        Path part = blocks().get(0).resolveSibling("7.123-4.part");
        Files.write(part, new byte[10]);
        Files.setLastModifiedTime(part, FileTime.fromMillis(0));
        read(new BlockCache(folder, 1L << 20).file("https://a/b.tar", "1"), 1);
        assertThat(part).doesNotExist();
        assertThat(blocks()).hasSize(2);
    }

    @Test
    void aFailureLeavesNothing() throws IOException {
        BlockCache.CachedFile file = new BlockCache(folder, 1L << 20).file("https://a/b.tar", "1");
        assertThatThrownBy(() -> file.open(0, LENGTH, (position, target) -> {
                    throw new StoreException("no");
                }))
                .hasMessage("no");
        assertThat(blocks()).isEmpty();
        assertThat(read(file, 0)).isEqualTo(expected(0));
    }

    @Test
    void aCacheThatCannotBeUsedIsNamed() throws IOException {
        Path blocked = Files.write(folder.resolve("file"), new byte[0]).resolve("cache");
        assertThatThrownBy(() -> read(new BlockCache(blocked, 1L << 20).file("https://a/b.tar", "1"), 0))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(
                        "the cache of remote files in " + blocked.resolve("blocks") + " cannot be used (")
                .hasMessageEndingWith(
                        "): free some space, or name another folder by data.cache or a lower limit by data.cache-gb");
    }
}

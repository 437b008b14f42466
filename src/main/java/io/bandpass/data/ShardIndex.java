package io.bandpass.data;

import io.bandpass.image.ImageHeader;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kept catalogs of shards, a file for each, so that a set that grows by a shard costs the scan of that shard. As the
 * {@link HeaderIndex} of files, it only saves time: files that are damaged or belong to another state of the shard are
 * ignored.
 */
final class ShardIndex {
    /** First bytes of a file; the last one is the version. */
    private static final long MAGIC = 0x42_50_53_48_41_52_44_02L;

    private static final Logger LOG = LoggerFactory.getLogger(ShardIndex.class);
    private static final long TOO_FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private ShardIndex() {}

    /** Returns the catalog of a shard, if there is one of its present state. */
    static Optional<ShardCatalog> find(Path index, Path shard, FileFacts facts) {
        try {
            if (Files.size(index)
                    > Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 8)) {
                throw new IOException("it is too large for Java's memory");
            }
            return read(Files.readAllBytes(index), head(shard, facts));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            LOG.info("the index {} is ignored, and made anew: {}", index, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<ShardCatalog> read(byte[] bytes, byte[] head) throws IOException {
        int end = bytes.length - Long.BYTES;
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, Math.max(0, end));
        if (end < Long.BYTES || checksum.getValue() != ByteBuffer.wrap(bytes).getLong(end)) {
            throw new IOException("it is damaged");
        }
        if (end < head.length || !Arrays.equals(bytes, 0, head.length, head, 0, head.length)) {
            return Optional.empty();
        }
        try (DataInputStream input =
                new DataInputStream(new ByteArrayInputStream(bytes, head.length, end - head.length))) {
            ShardCatalog catalog = ShardCatalog.read(input);
            catalog.forEach(sample -> {});
            return Optional.of(catalog);
        }
    }

    /** Returns the first bytes of the index of a shard in a state: what identifies both, and the version. */
    private static byte[] head(Path shard, FileFacts facts) {
        byte[] identity = (ImageHeader.CHECKS + " " + ShardScan.VERSION + " " + FileNames.text(shard.toAbsolutePath()))
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 * Long.BYTES + Integer.BYTES + identity.length)
                .putLong(MAGIC)
                .putLong(facts.size())
                .putLong(modified(facts))
                .putInt(identity.length)
                .put(identity)
                .array();
    }

    private static long modified(FileFacts facts) {
        return facts.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    /**
     * Keeps a catalog. One that need not hold for long is left out.
     *
     * @return false if it cannot be written
     */
    static boolean keep(Path index, Path shard, FileFacts facts, ShardCatalog catalog) {
        long freshest = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - TOO_FRESH_NANOS;
        if (!catalog.lasting() || modified(facts) > freshest) {
            return true;
        }
        try {
            write(index.toAbsolutePath(), head(shard, facts), catalog);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.info("the index {} cannot be written: {}", index, e.toString());
            return false;
        }
    }

    private static void write(Path index, byte[] head, ShardCatalog catalog) throws IOException {
        Path folder = index.getParent();
        if (folder == null) {
            throw new IOException("it has no folder");
        }
        Path temporary = HeaderIndexWriter.temporary(folder);
        CRC32C checksum = new CRC32C();
        try {
            try (DataOutputStream output = new DataOutputStream(new CheckedOutputStream(
                    new BufferedOutputStream(
                            Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)),
                    checksum))) {
                output.write(head);
                catalog.write(output);
                output.writeLong(checksum.getValue());
            }
            Files.move(temporary, index, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}

package io.bandpass.data;

import io.bandpass.image.HeaderCheck;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a {@link HeaderIndex} to a temporary file, from the first record on, and renames it at the end. If it cannot
 * be written, the log says so and the run does without: an index only saves time.
 */
final class HeaderIndexWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeaderIndexWriter.class);
    private static final int LONGEST_TEXT = 0xFFFF;

    private static final String PREFIX = "writing-";
    private static final String SUFFIX = ".tmp";
    private static final long LEFT_BEHIND_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final AtomicLong NUMBER = new AtomicLong();

    private final Path file;
    private final String identity;
    private final CRC32C checksum = new CRC32C();
    private @Nullable Path temporary;
    private @Nullable DataOutputStream output;
    private int count;
    private boolean failed;

    HeaderIndexWriter(Path file, String identity) {
        this.file = file.toAbsolutePath();
        this.identity = identity;
    }

    /** Returns the output, opened on the first call; null after a failure. */
    private @Nullable DataOutputStream opened() {
        if (output != null || failed) {
            return output;
        }
        try {
            Path folder = file.getParent();
            if (folder == null) {
                throw new IOException("it has no folder");
            }
            temporary = temporary(folder);
            OutputStream plain =
                    Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            output = new DataOutputStream(new CheckedOutputStream(new BufferedOutputStream(plain, 1 << 16), checksum));
            output.writeLong(HeaderIndex.MAGIC);
            text(output, identity);
        } catch (IOException | RuntimeException e) {
            giveUp(e);
        }
        return output;
    }

    /** Returns a new name for an unfinished index, in a folder that is made if it is not there. */
    static Path temporary(Path folder) throws IOException {
        Files.createDirectories(folder);
        removeLeftBehind(folder);
        // The name is unique because two processes may scan the same folder. Java's temporary files are readable by
        // their owner only, whereas an index is as public as its folder.
        String unique = ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet() + "-" + System.nanoTime();
        return folder.resolve(PREFIX + unique + SUFFIX);
    }

    /** Removes temporary files that killed processes have left behind. */
    private static void removeLeftBehind(Path folder) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path leftover : all) {
                long written = Files.getLastModifiedTime(leftover).toMillis();
                if (written < System.currentTimeMillis() - LEFT_BEHIND_MILLIS) {
                    Files.deleteIfExists(leftover);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("what lies in {} is left there", folder, e);
        }
    }

    /**
     * Adds the check result of a file.
     *
     * @return false if it was left out because it may change without the file changing, or because the name is too long
     */
    boolean add(String name, long size, long modified, HeaderCheck check) {
        if (!check.lasting() || name.length() > LONGEST_TEXT / 4) {
            return false;
        }
        DataOutputStream opened = opened();
        if (opened == null) {
            return false;
        }
        try {
            opened.writeByte(HeaderIndex.RECORD);
            text(opened, name);
            opened.writeLong(size);
            opened.writeLong(modified);
            opened.writeByte(code(check));
            opened.writeInt(check.width());
            opened.writeInt(check.height());
            if (check.format() == null && check.reason() != null) {
                text(opened, check.reason());
            }
            count++;
            return true;
        } catch (IOException e) {
            giveUp(e);
            return false;
        }
    }

    /** Adds a record of the previous index, unchanged. */
    void add(byte[] record) {
        DataOutputStream opened = opened();
        if (opened == null) {
            return;
        }
        try {
            opened.write(record);
            count++;
        } catch (IOException e) {
            giveUp(e);
        }
    }

    private static int code(HeaderCheck check) {
        if (check.format() != null) {
            return check.format().code();
        }
        return check.reason() == null ? HeaderIndex.OTHER : HeaderIndex.DAMAGED;
    }

    private static void text(DataOutputStream output, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST_TEXT) {
            throw new IOException("a text in it is too long");
        }
        output.writeShort(bytes.length);
        output.write(bytes);
    }

    /** Completes the index, an empty one if nothing was added, and moves it into place. */
    void finish() {
        DataOutputStream opened = opened();
        if (opened == null || temporary == null) {
            return;
        }
        try {
            opened.writeByte(HeaderIndex.END);
            opened.writeInt(count);
            opened.writeLong(checksum.getValue());
            opened.close();
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            output = null;
            temporary = null;
        } catch (IOException e) {
            giveUp(e);
        }
    }

    /** Returns whether the index could not be written. */
    boolean hasFailed() {
        return failed;
    }

    private void giveUp(Exception error) {
        LOG.info("the index {} cannot be written: {}", file, error.toString());
        failed = true;
        close();
    }

    /** Removes an unfinished index. */
    @Override
    public void close() {
        try {
            if (output != null) {
                output.close();
            }
        } catch (IOException e) {
            LOG.debug("the rest of {} cannot be written, which is not needed", temporary, e);
        }
        try {
            if (temporary != null) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            LOG.debug("{} is left behind", temporary, e);
        } finally {
            output = null;
            temporary = null;
        }
    }
}

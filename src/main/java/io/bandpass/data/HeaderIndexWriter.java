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
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a {@link HeaderIndex} beside its place, from the first record on, and renames it at the end. An index that cannot
 * be written is given up with a line in the log: it only saves time.
 */
final class HeaderIndexWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeaderIndexWriter.class);
    private static final int LONGEST_TEXT = 0xFFFF;

    private static final String ASIDE = "writing-";
    private static final String ASIDE_ENDING = ".tmp";
    private static final long LEFT_BEHIND_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final Path file;
    private final String identity;
    private final CRC32C checksum = new CRC32C();
    private @Nullable Path aside;
    private @Nullable DataOutputStream output;
    private int count;
    private boolean failed;

    HeaderIndexWriter(Path file, String identity) {
        this.file = file.toAbsolutePath();
        this.identity = identity;
    }

    /** What was begun before; nothing if it has failed. */
    private @Nullable DataOutputStream begun() {
        if (output != null || failed) {
            return output;
        }
        try {
            Path folder = file.getParent();
            if (folder == null) {
                throw new IOException("it has no folder");
            }
            Files.createDirectories(folder);
            removeLeftBehind(folder);
            // A name of its own, for two processes may look through the same folder. Java's temporary files are for
            // their owner alone, and an index is as public as the folder it is in.
            aside = folder.resolve(ASIDE + ProcessHandle.current().pid() + "-" + System.nanoTime() + ASIDE_ENDING);
            OutputStream plain = Files.newOutputStream(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            output = new DataOutputStream(new CheckedOutputStream(new BufferedOutputStream(plain, 1 << 16), checksum));
            output.writeLong(HeaderIndex.MAGIC);
            text(output, identity);
        } catch (IOException | RuntimeException e) {
            giveUp(e);
        }
        return output;
    }

    /** Removes what killed processes have left half written. */
    private static void removeLeftBehind(Path folder) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, ASIDE + "*" + ASIDE_ENDING)) {
            for (Path each : all) {
                long written = Files.getLastModifiedTime(each).toMillis();
                if (written < System.currentTimeMillis() - LEFT_BEHIND_MILLIS) {
                    Files.deleteIfExists(each);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("what lies in {} is left there", folder, e);
        }
    }

    /**
     * Adds what was found in a file.
     *
     * @return false for what does not last, or is too long, which is left out
     */
    boolean add(String name, long size, long modified, HeaderCheck check) {
        if (!check.lasting() || name.length() > LONGEST_TEXT / 4) {
            return false;
        }
        DataOutputStream begun = begun();
        if (begun == null) {
            return false;
        }
        try {
            begun.writeByte(HeaderIndex.RECORD);
            text(begun, name);
            begun.writeLong(size);
            begun.writeLong(modified);
            begun.writeByte(code(check));
            begun.writeInt(check.width());
            begun.writeInt(check.height());
            if (check.format() == null && check.reason() != null) {
                text(begun, check.reason());
            }
            count++;
            return true;
        } catch (IOException e) {
            giveUp(e);
            return false;
        }
    }

    /** Adds a record of the index before. */
    void add(byte[] record) {
        DataOutputStream begun = begun();
        if (begun == null) {
            return;
        }
        try {
            begun.write(record);
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

    /** Puts the index in its place, an empty one if nothing was added. */
    void finish() {
        DataOutputStream begun = begun();
        if (begun == null || aside == null) {
            return;
        }
        try {
            begun.writeByte(HeaderIndex.END);
            begun.writeInt(count);
            begun.writeLong(checksum.getValue());
            begun.close();
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            output = null;
            aside = null;
        } catch (IOException e) {
            giveUp(e);
        }
    }

    /** Whether the index could not be written. */
    boolean hasFailed() {
        return failed;
    }

    private void giveUp(Exception error) {
        LOG.info("the index {} cannot be written: {}", file, error.toString());
        failed = true;
        close();
    }

    /** Removes what was not finished. */
    @Override
    public void close() {
        try {
            if (output != null) {
                output.close();
            }
        } catch (IOException e) {
            LOG.debug("the rest of {} cannot be written, which is not needed", aside, e);
        }
        try {
            if (aside != null) {
                Files.deleteIfExists(aside);
            }
        } catch (IOException e) {
            LOG.debug("{} is left behind", aside, e);
        } finally {
            output = null;
            aside = null;
        }
    }
}

package io.bandpass.data;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a {@link HeaderIndex} beside its place while files are looked at, and renames it at the end. An index that cannot
 * be written is given up with a line in the log: it only saves time.
 */
final class HeaderIndexWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeaderIndexWriter.class);
    private static final int LONGEST_TEXT = 0xFFFF;

    private final Path file;
    private final CRC32C checksum = new CRC32C();
    private @Nullable Path aside;
    private @Nullable DataOutputStream output;
    private int count;

    HeaderIndexWriter(Path file, String identity) {
        this.file = file.toAbsolutePath();
        try {
            Path folder = this.file.getParent();
            if (folder == null) {
                throw new IOException("it has no folder");
            }
            Files.createDirectories(folder);
            // A name of its own, for two processes may look through the same folder.
            aside = Files.createTempFile(folder, "writing-", ".tmp");
            output = new DataOutputStream(
                    new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(aside), 1 << 16), checksum));
            output.writeLong(HeaderIndex.MAGIC);
            text(output, identity);
        } catch (IOException | RuntimeException e) {
            giveUp(e);
        }
    }

    /** Adds what was found in a file; what does not last, or is too long, is left out. */
    void add(String name, long size, long modified, HeaderCheck check) {
        if (output == null || !check.lasting() || name.length() > LONGEST_TEXT / 4) {
            return;
        }
        try {
            output.writeByte(HeaderIndex.RECORD);
            text(output, name);
            output.writeLong(size);
            output.writeLong(modified);
            output.writeByte(code(check));
            output.writeInt(check.width());
            output.writeInt(check.height());
            if (check.format() == null && check.reason() != null) {
                text(output, check.reason());
            }
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

    /** Puts the index in its place. */
    void finish() {
        if (output == null || aside == null) {
            return;
        }
        try {
            output.writeByte(HeaderIndex.END);
            output.writeInt(count);
            output.writeLong(checksum.getValue());
            output.close();
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            output = null;
            aside = null;
        } catch (IOException e) {
            giveUp(e);
        }
    }

    private void giveUp(Exception error) {
        LOG.info("the index {} cannot be written: {}", file, error.toString());
        close();
    }

    /** Removes what was not finished. */
    @Override
    public void close() {
        try {
            if (output != null) {
                output.close();
            }
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

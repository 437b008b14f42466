package io.bandpass.data;

import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cached results of earlier header checks, as written by {@link HeaderIndexWriter}. Damaged and foreign files are
 * ignored with a log line: files missing here are checked again.
 */
final class HeaderIndex {
    /** First bytes of the file; the last one is the version. */
    static final long MAGIC = 0x42_50_49_4E_44_45_58_01L;

    static final int RECORD = 1;
    static final int END = 0;

    /** Returned by {@link #find} for no record. */
    static final int NONE = -1;

    /** Code above those of the formats. */
    static final int DAMAGED = 100;

    static final int OTHER = 101;

    private static final Logger LOG = LoggerFactory.getLogger(HeaderIndex.class);
    private static final int TRAILER_LENGTH = Integer.BYTES + Long.BYTES;
    private static final int SHORTEST_RECORD = 1 + 2 + 8 + 8 + 1 + 4 + 4;
    private static final int FREE = 0;

    private final byte[] bytes;
    private final ByteBuffer content;
    private final int[] positions;
    private final int count;

    private HeaderIndex(byte[] bytes, ByteBuffer content, int[] positions, int count) {
        this.bytes = bytes;
        this.content = content;
        this.positions = positions;
        this.count = count;
    }

    static HeaderIndex empty() {
        return new HeaderIndex(new byte[0], ByteBuffer.allocate(0), new int[1], 0);
    }

    /**
     * Reads an index.
     *
     * @param identity of the set, which the stored one must equal
     */
    static HeaderIndex open(Path file, String identity) {
        try {
            if (Files.size(file)
                    > Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 4)) {
                throw new IOException("it is too large for Java's memory");
            }
            return parse(Files.readAllBytes(file), identity);
        } catch (NoSuchFileException e) {
            return empty();
        } catch (IOException | RuntimeException e) {
            LOG.info("the index {} is ignored, and made anew: {}", file, e.getMessage());
            return empty();
        }
    }

    private static HeaderIndex parse(byte[] bytes, String identity) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(bytes);
        int end = content.limit() - TRAILER_LENGTH;
        if (end < Long.BYTES || content.getLong(0) != MAGIC) {
            throw new IOException("it is no index of this version");
        }
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, content.limit() - Long.BYTES);
        if (checksum.getValue() != content.getLong(content.limit() - Long.BYTES)) {
            throw new IOException("it is damaged");
        }
        content.position(Long.BYTES);
        byte[] stored = new byte[content.getShort() & 0xFFFF];
        content.get(stored);
        if (!Arrays.equals(stored, identity.getBytes(StandardCharsets.UTF_8))) {
            throw new IOException("it belongs to other images");
        }
        int count = content.getInt(end);
        if (count < 0 || count > end / SHORTEST_RECORD) {
            throw new IOException("it claims more files than it holds");
        }
        HeaderIndex index =
                new HeaderIndex(bytes, content, new int[Math.max(1, Integer.highestOneBit(count) * 4)], count);
        for (int i = 0; i < count; i++) {
            index.add();
        }
        if (content.get() != END || content.position() != end) {
            throw new IOException("it does not end where it should");
        }
        return index;
    }

    /** Records the start of the record at the current position, and advances to the next one. */
    private void add() throws IOException {
        if (content.get() != RECORD) {
            throw new IOException("it holds fewer files than it claims");
        }
        int position = content.position();
        byte[] name = new byte[content.getShort() & 0xFFFF];
        content.get(name);
        content.position(content.position() + Long.BYTES + Long.BYTES);
        int code = content.get();
        content.position(content.position() + Integer.BYTES + Integer.BYTES);
        if (code == DAMAGED) {
            int length = content.getShort() & 0xFFFF;
            content.position(content.position() + length);
        } else if (code != OTHER && ImageFormat.ofCode(code).isEmpty()) {
            throw new IOException("it names a format that is not known");
        }
        int slot = slot(name);
        while (positions[slot] != FREE) {
            slot = (slot + 1) & (positions.length - 1);
        }
        positions[slot] = position;
    }

    private int slot(byte[] name) {
        int hash = Arrays.hashCode(name) * 0x9E3779B1;
        return (hash ^ hash >>> 15) & (positions.length - 1);
    }

    int size() {
        return count;
    }

    /** Returns whether a valid index was read. */
    boolean isStored() {
        return bytes.length > 0;
    }

    /**
     * Finds the record of an unchanged file. Thread-safe.
     *
     * @param modified modification time in nanoseconds
     * @return slot for {@link #check}; {@link #NONE} if the file is new or has changed
     */
    int find(String name, long size, long modified) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        int slot = slot(wanted);
        while (positions[slot] != FREE) {
            int start = positions[slot];
            int length = content.getShort(start) & 0xFFFF;
            int nameStart = start + Short.BYTES;
            int rest = nameStart + length;
            if (Arrays.equals(bytes, nameStart, rest, wanted, 0, wanted.length)) {
                return content.getLong(rest) == size && content.getLong(rest + Long.BYTES) == modified ? slot : NONE;
            }
            slot = (slot + 1) & (positions.length - 1);
        }
        return NONE;
    }

    /** Returns the record as stored. */
    byte[] record(int slot) {
        int start = positions[slot];
        int code = codePosition(slot);
        int end = code + 1 + 2 * Integer.BYTES;
        if (content.get(code) == DAMAGED) {
            end += Short.BYTES + (content.getShort(end) & 0xFFFF);
        }
        return Arrays.copyOfRange(bytes, start - 1, end);
    }

    private int codePosition(int slot) {
        int start = positions[slot];
        return start + Short.BYTES + (content.getShort(start) & 0xFFFF) + 2 * Long.BYTES;
    }

    /** Returns the result stored in a record. Thread-safe. */
    HeaderCheck check(int slot) {
        int position = codePosition(slot);
        int code = content.get(position);
        int sizes = position + 1;
        if (code == OTHER) {
            return HeaderCheck.other();
        }
        if (code == DAMAGED) {
            int length = content.getShort(sizes + 2 * Integer.BYTES) & 0xFFFF;
            return HeaderCheck.damaged(
                    new String(bytes, sizes + 2 * Integer.BYTES + Short.BYTES, length, StandardCharsets.UTF_8));
        }
        return HeaderCheck.image(
                ImageFormat.ofCode(code).orElseThrow(), content.getInt(sizes), content.getInt(sizes + Integer.BYTES));
    }
}

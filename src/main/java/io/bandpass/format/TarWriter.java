package io.bandpass.format;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a tar archive (POSIX ustar, with pax headers for names that need them). The bytes depend on names and contents
 * alone: members have no owner and no time.
 */
public final class TarWriter implements Closeable {
    private static final int BLOCK = TarHeader.BLOCK;
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_PLAIN = 100;
    private static final String MODE = "0000644";
    private static final String NOBODY = "0000000";
    private static final String NEVER = "00000000000";
    private static final String MAGIC = "ustar\00000";
    private static final long END_MARK = 2 * BLOCK;

    private final OutputStream output;
    private final byte[] buffer = new byte[BUFFER];
    private long written;

    /** Creates a writer that closes the output. */
    public TarWriter(OutputStream output) {
        this.output = output;
    }

    /**
     * Adds a file.
     *
     * @param size number of bytes that are taken from the content
     * @throws EOFException if the content has fewer
     */
    public void add(String name, long size, InputStream content) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (!isPlain(bytes)) {
            byte[] record = record(bytes);
            header("pax".getBytes(StandardCharsets.US_ASCII), 'x', record.length);
            write(record, record.length);
            pad(record.length);
        }
        header(bytes, '0', size);
        for (long left = size; left > 0; ) {
            int read = content.read(buffer, 0, (int) Math.min(BUFFER, left));
            if (read < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            write(buffer, read);
            left -= read;
        }
        pad(size);
    }

    /** Returns the number of bytes that a file takes in an archive. */
    public static long length(String name, long size) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return BLOCK + TarHeader.padded(size) + (isPlain(bytes) ? 0 : BLOCK + TarHeader.padded(record(bytes).length));
    }

    /** Returns the length of the archive if it were closed now. */
    public long length() {
        return written + END_MARK;
    }

    private static boolean isPlain(byte[] name) {
        for (byte value : name) {
            if (value <= 0) {
                return false;
            }
        }
        return name.length <= LONGEST_PLAIN;
    }

    /** Returns the pax record of a name, which begins with its own length. */
    private static byte[] record(byte[] name) {
        String key = " path=";
        int rest = key.length() + name.length + 1;
        int length = rest + 1;
        while (length != rest + Integer.toString(length).length()) {
            length = rest + Integer.toString(length).length();
        }
        byte[] record = new byte[length];
        byte[] start = (length + key).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, record, 0, start.length);
        System.arraycopy(name, 0, record, start.length, name.length);
        record[length - 1] = '\n';
        return record;
    }

    private void header(byte[] name, char type, long size) throws IOException {
        byte[] block = new byte[BLOCK];
        System.arraycopy(name, 0, block, 0, Math.min(name.length, LONGEST_PLAIN));
        put(block, 100, MODE);
        put(block, 108, NOBODY);
        put(block, 116, NOBODY);
        put(block, 124, String.format(Locale.ROOT, "%011o", size));
        put(block, 136, NEVER);
        put(block, 148, "        ");
        block[156] = (byte) type;
        put(block, 257, MAGIC);
        int sum = 0;
        for (byte value : block) {
            sum += value & 0xFF;
        }
        put(block, 148, String.format(Locale.ROOT, "%06o\0", sum));
        write(block, BLOCK);
    }

    private static void put(byte[] block, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            block[at + i] = (byte) text.charAt(i);
        }
    }

    private void pad(long size) throws IOException {
        write(new byte[BLOCK], (int) (TarHeader.padded(size) - size));
    }

    private void write(byte[] bytes, int count) throws IOException {
        output.write(bytes, 0, count);
        written += count;
    }

    /** Writes the end mark. */
    public void finish() throws IOException {
        write(new byte[BLOCK], BLOCK);
        write(new byte[BLOCK], BLOCK);
    }

    @Override
    public void close() throws IOException {
        output.close();
    }
}

package io.bandpass.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The footer of a Parquet file, and its pages by position. The footer is read anew for each question, so that nothing
 * is kept of columns nobody asks for.
 */
public final class ParquetFile {
    private static final String MAGIC = "PAR1";
    private static final String ENCRYPTED_MAGIC = "PARE";
    private static final int MAGIC_LENGTH = 4;
    private static final int TAIL = MAGIC_LENGTH + Integer.BYTES;
    private static final int LONGEST_FOOTER = 1 << 26;

    private final FileWindow window;
    private final long pagesEnd;
    private final byte[] footer;
    private final List<ParquetColumn> columns;

    private ParquetFile(FileWindow window, long pagesEnd, byte[] footer) throws IOException {
        this.window = window;
        this.pagesEnd = pagesEnd;
        this.footer = footer;
        ParquetSchema schema = new ParquetSchema();
        readFooter((reader, id, type) -> {
            if (id == 2) {
                schema.read(reader, type);
            }
            return id == 2;
        });
        columns = schema.columns();
    }

    /** Reads a field of the footer, or returns false for one that is to be skipped. */
    private interface Field {
        boolean read(ThriftReader reader, int id, int type) throws IOException;
    }

    /**
     * Reads the footer.
     *
     * @param channel read by position; stays open
     * @param end length of the file, beyond which nothing is read
     * @throws ParquetException if it is no Parquet file, or has no valid footer
     */
    public static ParquetFile open(FileChannel channel, long end) throws IOException {
        if (end == 0) {
            throw new ParquetException("it is empty");
        }
        FileWindow window = new FileWindow(channel);
        String head = magic(window.bytes(0, (int) Math.min(MAGIC_LENGTH, end)), 0);
        if (!head.equals(MAGIC) && !head.equals(ENCRYPTED_MAGIC)) {
            throw new ParquetException("it is no Parquet file: it does not begin with " + MAGIC);
        }
        if (end < MAGIC_LENGTH + TAIL) {
            throw truncated();
        }
        byte[] tail = window.bytes(end - TAIL, TAIL);
        String foot = magic(tail, Integer.BYTES);
        if (head.equals(ENCRYPTED_MAGIC) || foot.equals(ENCRYPTED_MAGIC)) {
            throw new ParquetException("its footer is encrypted; write it without encryption");
        }
        if (!foot.equals(MAGIC)) {
            throw truncated();
        }
        int length = 0;
        for (int i = Integer.BYTES - 1; i >= 0; i--) {
            length = (length << Byte.SIZE) | (tail[i] & 0xFF);
        }
        if (length <= 0 || length > end - MAGIC_LENGTH - TAIL) {
            throw new ParquetException("its footer claims " + Integer.toUnsignedLong(length) + " of the file's " + end
                    + " bytes: it is damaged");
        }
        if (length > LONGEST_FOOTER) {
            throw new ParquetException("its footer has " + length + " bytes, more than " + LONGEST_FOOTER
                    + "; rewrite it with larger row groups or fewer columns");
        }
        return new ParquetFile(window, end - TAIL - length, window.bytes(end - TAIL - length, length));
    }

    private static String magic(byte[] bytes, int from) {
        return new String(Arrays.copyOfRange(bytes, from, bytes.length), StandardCharsets.ISO_8859_1);
    }

    private static ParquetException truncated() {
        return new ParquetException("it does not end with the footer of a Parquet file: it is truncated");
    }

    private void readFooter(Field field) throws IOException {
        ThriftReader reader = new ThriftReader(footer);
        try {
            reader.struct((id, type) -> field.read(reader, id, type));
        } catch (EOFException e) {
            throw new ParquetException("its footer ends early: it is damaged");
        }
    }

    /** The columns, in the order of the file. */
    public List<ParquetColumn> columns() {
        return columns;
    }

    /** Returns an entry of the file's own metadata. */
    public Optional<String> metadata(String key) throws IOException {
        List<String> found = new ArrayList<>();
        readFooter((reader, field, list) -> {
            if (field != 5) {
                return false;
            }
            reader.list(list, (index, struct) -> {
                String[] entry = {"", ""};
                reader.struct(struct, (id, type) -> {
                    if (id == 1 || id == 2) {
                        entry[id - 1] = new String(reader.binary(type), StandardCharsets.UTF_8);
                    }
                    return id == 1 || id == 2;
                });
                if (entry[0].equals(key) && found.isEmpty()) {
                    found.add(entry[1]);
                }
            });
            return true;
        });
        return found.stream().findFirst();
    }

    /**
     * Returns where the values of a column lie, for each row group that has rows.
     *
     * @throws ParquetException if that cannot be
     */
    public List<ParquetChunk> chunks(ParquetColumn column) throws IOException {
        ParquetChunks chunks = new ParquetChunks(column, pagesEnd);
        readFooter((reader, id, type) -> {
            if (id == 4) {
                reader.list(type, (index, struct) -> chunks.readRowGroup(reader, struct));
            }
            return id == 4;
        });
        return chunks.found();
    }

    /**
     * Reads the values of a chunk in the order of the rows.
     *
     * @throws ParquetException at the first that cannot be read
     */
    public void read(ParquetChunk chunk, ParquetValues.Sink sink) throws IOException {
        new ParquetValues(window, chunk, sink).read();
    }
}

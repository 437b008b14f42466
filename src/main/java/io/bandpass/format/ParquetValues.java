package io.bandpass.format;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a column chunk: data pages of both versions with their dictionary, in the encodings PLAIN and
 * RLE_DICTIONARY. Values are told by their place, so that large ones need not be read.
 */
public final class ParquetValues {
    /** Receives a value or null for each row. */
    public interface Sink {
        /**
         * Receives a value.
         *
         * @param page whose content holds it
         * @param at position of its bytes in the page
         * @param length number of these
         */
        void value(PageBytes page, int at, int length) throws IOException;

        /** Receives null. */
        void missing() throws IOException;
    }

    private static final int FIRST_CAPACITY = 64;
    private static final int WIDEST_INDEX = 32;

    /** Maximum number of bytes of a level or index, in runs of one value each. */
    private static final int BYTES_PER_INDEX = 10;

    private final FileWindow window;
    private final ParquetChunk chunk;
    private final ParquetColumn column;
    private final Sink sink;
    private @Nullable PageBytes dictionary;
    private int[] entries = new int[0];

    ParquetValues(FileWindow window, ParquetChunk chunk, Sink sink) throws ParquetException {
        this.window = window;
        this.chunk = chunk;
        column = chunk.column();
        this.sink = sink;
        boolean known =
                column.type() == ParquetColumn.Type.BYTE_ARRAY || column.type().width() > 0;
        if (column.repeated() || !known) {
            throw new ParquetException("its column " + column.name() + " is a list or of the type " + column.type()
                    + ", but must hold one number or byte string in each row");
        }
    }

    void read() throws IOException {
        long left = chunk.rows();
        long at = chunk.start();
        while (left > 0) {
            PageHeader header = PageHeader.read(window, at, chunk.end());
            at = header.body() + header.compressed();
            switch (header.kind()) {
                case DICTIONARY -> readDictionary(header);
                case DATA, DATA_2 -> {
                    left -= header.values();
                    if (left < 0) {
                        throw damaged(header, "has more values than its row group has rows");
                    }
                    readData(header);
                }
                default -> {
                    // Indexes of pages, which are not needed.
                }
            }
        }
    }

    private PageBytes content(PageHeader header) throws IOException {
        int before = header.kind() == PageHeader.Kind.DATA_2 ? header.levels() + header.repetitions() : 0;
        long position = header.body() + before;
        int compressed = header.compressed() - before;
        int size = header.size() - before;
        boolean isPacked = chunk.codec() != ParquetCodec.UNCOMPRESSED && header.packed();
        // A page without values has no compressed stream either.
        if (isPacked && compressed > 0) {
            return PageBytes.unpacked(window, new PackedPage(chunk.codec(), position, compressed, size));
        }
        if (compressed != size) {
            throw damaged(header, "is not compressed, but claims two sizes");
        }
        return PageBytes.stored(window, position, size);
    }

    private void readDictionary(PageHeader header) throws IOException {
        if (dictionary != null || !(isPlain(header) || header.encoding() == PageHeader.PLAIN_DICTIONARY)) {
            throw damaged(header, "is a second dictionary, or one in an unknown encoding");
        }
        if (header.values() > chunk.rows()) {
            throw damaged(header, "is a dictionary with more values than its row group has rows");
        }
        PageBytes page = content(header);
        int[] found = new int[Math.min(header.values(), FIRST_CAPACITY)];
        int at = 0;
        for (int i = 0; i < header.values(); i++) {
            if (i == found.length) {
                found = Arrays.copyOf(found, Math.min(header.values(), 2 * i));
            }
            found[i] = at;
            at = end(page, at, header);
        }
        entries = found;
        dictionary = page;
    }

    private void readData(PageHeader header) throws IOException {
        if (column.maxDefinition() > 0 && header.levelEncoding() != PageHeader.RLE) {
            throw damaged(header, "has levels in the encoding " + header.levelEncoding() + " instead of RLE");
        }
        PageBytes page = content(header);
        int at = 0;
        byte[] levels = new byte[0];
        if (header.kind() == PageHeader.Kind.DATA_2) {
            levels = window.bytes(header.body() + header.repetitions(), longest(header.levels(), header));
        } else if (column.maxDefinition() > 0) {
            long length = page.size() < Integer.BYTES ? -1 : page.integer(0, Integer.BYTES);
            if (length < 0 || length > page.size() - Integer.BYTES) {
                throw damaged(header, "ends within its levels");
            }
            levels = page.bytes(Integer.BYTES, longest((int) length, header));
            at = Integer.BYTES + (int) length;
        }
        RunLengths definitions = new RunLengths(levels, bits(column.maxDefinition()));
        if (isPlain(header)) {
            readPlain(header, definitions, page, at);
        } else if (header.encoding() == PageHeader.PLAIN_DICTIONARY || header.encoding() == PageHeader.RLE_DICTIONARY) {
            readIndices(header, definitions, page, at);
        } else {
            throw new ParquetException("its column " + column.name() + " has the encoding " + header.encoding()
                    + ", which is not supported; rewrite it with PLAIN or dictionary encoding");
        }
    }

    private void readPlain(PageHeader header, RunLengths definitions, PageBytes page, int start) throws IOException {
        int at = start;
        for (int i = 0; i < header.values(); i++) {
            if (isNull(definitions)) {
                sink.missing();
            } else {
                int end = end(page, at, header);
                accept(page, at, end);
                at = end;
            }
        }
    }

    private void readIndices(PageHeader header, RunLengths definitions, PageBytes page, int at) throws IOException {
        PageBytes values = dictionary;
        if (values == null) {
            throw damaged(header, "refers to a dictionary, but there is none before it");
        }
        RunLengths indices = null;
        for (int i = 0; i < header.values(); i++) {
            if (isNull(definitions)) {
                sink.missing();
                continue;
            }
            if (indices == null) {
                int width = at < page.size() ? (int) page.integer(at, 1) : -1;
                if (width < 0 || width > WIDEST_INDEX) {
                    throw damaged(header, "has no valid indices into its dictionary");
                }
                indices = new RunLengths(page.bytes(at + 1, longest(page.size() - at - 1, header)), width);
            }
            int index = indices.next();
            if (index < 0 || index >= entries.length) {
                throw damaged(
                        header,
                        "refers to entry " + Integer.toUnsignedLong(index) + " of a dictionary of " + entries.length);
            }
            accept(values, entries[index], end(values, entries[index], header));
        }
    }

    private void accept(PageBytes page, int at, int end) throws IOException {
        int first = column.type().width() == 0 ? at + Integer.BYTES : at;
        sink.value(page, first, end - first);
    }

    /** Returns the position behind a plain value: a number, or bytes with their length before them. */
    private int end(PageBytes page, int at, PageHeader header) throws IOException {
        int left = page.size() - at;
        long length = column.type().width();
        if (length == 0) {
            long claim = left < Integer.BYTES ? -1 : page.integer(at, Integer.BYTES);
            length = claim < 0 ? Integer.MAX_VALUE : Integer.BYTES + claim;
        }
        if (length > left) {
            throw damaged(header, "has a value that leads beyond its end");
        }
        return at + (int) length;
    }

    private boolean isNull(RunLengths definitions) throws ParquetException {
        return column.maxDefinition() > 0 && definitions.next() < column.maxDefinition();
    }

    private static boolean isPlain(PageHeader header) {
        return header.encoding() == PageHeader.PLAIN;
    }

    /** Returns the number of bytes worth reading of a list of levels or indices, whatever length it claims. */
    private static int longest(int claim, PageHeader header) {
        return (int) Math.min(claim, BYTES_PER_INDEX * (header.values() + 1L));
    }

    private static int bits(int largest) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(largest);
    }

    private ParquetException damaged(PageHeader header, String clause) {
        return new ParquetException(
                "the page of column " + column.name() + " at byte " + header.body() + " " + clause + ": it is damaged");
    }
}

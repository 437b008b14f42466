package io.bandpass.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads from the row groups in a footer where the values of one column lie. */
final class ParquetChunks {
    private static final int MAGIC_LENGTH = 4;

    /** Fields of a row group that concern the column; -1 for one that is missing. */
    private static final class Fields {
        private long rows = -1;
        private int columns;
        private boolean elsewhere;
        private boolean encrypted;
        private int codec = -1;
        private int type = -1;
        private long values = -1;
        private long size = -1;
        private long dataStart = -1;
        private long dictionaryStart = -1;
    }

    private final ParquetColumn column;
    private final long pagesEnd;
    private final List<ParquetChunk> found = new ArrayList<>();
    private long previousEnd = MAGIC_LENGTH;

    /**
     * Creates a reader.
     *
     * @param pagesEnd position behind all pages in the file
     */
    ParquetChunks(ParquetColumn column, long pagesEnd) {
        this.column = column;
        this.pagesEnd = pagesEnd;
    }

    List<ParquetChunk> found() {
        return found;
    }

    void readRowGroup(ThriftReader reader, int struct) throws IOException {
        Fields fields = new Fields();
        reader.struct(struct, (id, type) -> {
            switch (id) {
                case 1 -> reader.list(type, (index, each) -> readChunk(reader, index, each, fields));
                case 3 -> fields.rows = reader.integer(type);
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (fields.rows != 0) {
            add(fields);
        }
    }

    private void readChunk(ThriftReader reader, int index, int struct, Fields fields) throws IOException {
        fields.columns++;
        if (index != column.number()) {
            reader.skip(struct);
            return;
        }
        reader.struct(struct, (id, type) -> {
            switch (id) {
                case 1 -> {
                    fields.elsewhere = true;
                    return false;
                }
                case 3 -> readMetadata(reader, type, fields);
                case 8, 9 -> {
                    fields.encrypted = true;
                    return false;
                }
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private static void readMetadata(ThriftReader reader, int struct, Fields fields) throws IOException {
        reader.struct(struct, (id, type) -> {
            switch (id) {
                case 1 -> fields.type = reader.int32(type);
                case 4 -> fields.codec = reader.int32(type);
                case 5 -> fields.values = reader.integer(type);
                case 7 -> fields.size = reader.integer(type);
                case 9 -> fields.dataStart = reader.integer(type);
                case 11 -> fields.dictionaryStart = reader.integer(type);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void add(Fields fields) throws ParquetException {
        if (fields.encrypted) {
            throw new ParquetException("its column " + column.name() + " is encrypted; write it without encryption");
        }
        if (fields.elsewhere) {
            throw new ParquetException(
                    "its column " + column.name() + " lies in another file; give files that are complete");
        }
        // Some writers put 0 where there is no dictionary.
        boolean hasDictionary = fields.dictionaryStart > 0 && fields.dictionaryStart < fields.dataStart;
        long start = hasDictionary ? fields.dictionaryStart : fields.dataStart;
        // Chunks of a column follow each other, so that their sizes cannot add up to more than the file.
        boolean valid = fields.rows > 0
                && fields.columns > column.number()
                && fields.type == column.type().code()
                && fields.values == fields.rows
                && start >= previousEnd
                && fields.size >= 0
                && fields.size <= pagesEnd - start;
        if (!valid) {
            throw new ParquetException("row group " + found.size() + " of column " + column.name()
                    + " does not fit into the file: the footer is damaged");
        }
        previousEnd = start + fields.size;
        found.add(new ParquetChunk(column, fields.rows, start, previousEnd, ParquetCodec.of(fields.codec)));
    }
}

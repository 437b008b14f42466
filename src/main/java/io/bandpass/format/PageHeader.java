package io.bandpass.format;

import java.io.EOFException;
import java.io.IOException;

/**
 * The header of a page. Fields that a kind of page does not have are 0.
 *
 * @param body position of its bytes in the file
 * @param compressed number of these
 * @param size number of bytes uncompressed
 * @param values number of values, nulls among them
 * @param encoding code of their encoding
 * @param levelEncoding code of the encoding of definition levels
 * @param levels number of bytes of the definition levels of a page of version 2, never compressed
 * @param repetitions number of bytes of the repetition levels before these
 * @param packed whether the values of a page of version 2 are compressed
 */
record PageHeader(
        Kind kind,
        long body,
        int compressed,
        int size,
        int values,
        int encoding,
        int levelEncoding,
        int levels,
        int repetitions,
        boolean packed) {
    enum Kind {
        DATA,
        INDEX,
        DICTIONARY,
        DATA_2,
        UNKNOWN
    }

    static final int PLAIN = 0;
    static final int PLAIN_DICTIONARY = 2;
    static final int RLE = 3;
    static final int RLE_DICTIONARY = 8;

    /** Statistics in a header may hold two values, which writers shorten. */
    private static final int[] LENGTHS = {1 << 10, 1 << 16, 1 << 24};

    private static final class Fields {
        private int type = -1;
        private int size = -1;
        private int compressed = -1;
        private int values = -1;
        private int encoding = -1;
        private int levelEncoding = RLE;
        private int levels;
        private int repetitions;
        private boolean packed = true;
    }

    /**
     * Reads a header.
     *
     * @param end position behind the last page
     * @throws ParquetException if there is none, or it claims more than there is
     */
    static PageHeader read(FileWindow window, long at, long end) throws IOException {
        for (int length : LENGTHS) {
            int count = (int) Math.min(length, end - at);
            ThriftReader reader = new ThriftReader(window.bytes(at, count));
            try {
                return of(fields(reader), at + reader.position(), end);
            } catch (EOFException e) {
                if (count < length) {
                    break;
                }
            }
        }
        throw damaged(at);
    }

    private static Fields fields(ThriftReader reader) throws IOException {
        Fields fields = new Fields();
        reader.struct((id, type) -> {
            switch (id) {
                case 1 -> fields.type = reader.int32(type);
                case 2 -> fields.size = reader.int32(type);
                case 3 -> fields.compressed = reader.int32(type);
                case 5 -> readData(reader, type, fields);
                case 7 -> readDictionary(reader, type, fields);
                case 8 -> readData2(reader, type, fields);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return fields;
    }

    private static void readData(ThriftReader reader, int struct, Fields fields) throws IOException {
        reader.struct(struct, (id, type) -> {
            switch (id) {
                case 1 -> fields.values = reader.int32(type);
                case 2 -> fields.encoding = reader.int32(type);
                case 3 -> fields.levelEncoding = reader.int32(type);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private static void readDictionary(ThriftReader reader, int struct, Fields fields) throws IOException {
        reader.struct(struct, (id, type) -> {
            switch (id) {
                case 1 -> fields.values = reader.int32(type);
                case 2 -> fields.encoding = reader.int32(type);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private static void readData2(ThriftReader reader, int struct, Fields fields) throws IOException {
        reader.struct(struct, (id, type) -> {
            switch (id) {
                case 1 -> fields.values = reader.int32(type);
                case 4 -> fields.encoding = reader.int32(type);
                case 5 -> fields.levels = reader.int32(type);
                case 6 -> fields.repetitions = reader.int32(type);
                case 7 -> fields.packed = reader.bool(type);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private static PageHeader of(Fields fields, long body, long end) throws ParquetException {
        Kind[] kinds = Kind.values();
        Kind kind = fields.type >= 0 && fields.type < kinds.length ? kinds[fields.type] : Kind.UNKNOWN;
        boolean hasValues = kind == Kind.DATA || kind == Kind.DATA_2 || kind == Kind.DICTIONARY;
        boolean valid = fields.compressed >= 0
                && fields.compressed <= end - body
                && fields.size >= 0
                && (!hasValues || fields.values >= 0)
                && fields.levels >= 0
                && fields.repetitions >= 0
                && (long) fields.levels + fields.repetitions <= Math.min(fields.compressed, fields.size);
        if (!valid) {
            throw damaged(body);
        }
        return new PageHeader(
                kind,
                body,
                fields.compressed,
                fields.size,
                fields.values,
                fields.encoding,
                fields.levelEncoding,
                fields.levels,
                fields.repetitions,
                fields.packed);
    }

    private static ParquetException damaged(long at) {
        return new ParquetException("there is no valid page at byte " + at + ": it is truncated or damaged");
    }
}

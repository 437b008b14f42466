package io.bandpass.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads structures in Thrift's compact protocol, field by field. What the bytes claim is not believed: every element of
 * a list takes at least a byte, so that no count can exceed the bytes that are left, and nesting has a limit.
 *
 * <p>Throws {@link EOFException} if the bytes end within a structure, and {@link ParquetException} if they are none.
 */
final class ThriftReader {
    /** Reads the fields of a structure that it knows. */
    interface Fields {
        /** Reads a field, or returns false for one that is to be skipped. */
        boolean read(int id, int type) throws IOException;
    }

    /** Reads an element of a list. */
    interface Element {
        void read(int index, int type) throws IOException;
    }

    static final int STRUCT = 12;

    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int BYTE = 3;
    private static final int I64 = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    private static final int UUID = 13;

    private static final int DEEPEST = 64;
    private static final int LONG_LIST = 15;

    private final ByteBuffer bytes;
    private int depth;

    ThriftReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /** Number of bytes read so far. */
    int position() {
        return bytes.position();
    }

    /** Reads a structure that is not a field of another. */
    void struct(Fields fields) throws IOException {
        enter();
        int id = 0;
        for (int header = unsignedByte(); header != 0; header = unsignedByte()) {
            int type = header & 0xF;
            int step = header >>> 4;
            id = step == 0 ? (int) zigzag() : id + step;
            if (!fields.read(id, type)) {
                skip(type, false);
            }
        }
        depth--;
    }

    void struct(int type, Fields fields) throws IOException {
        check(type == STRUCT);
        struct(fields);
    }

    void list(int type, Element element) throws IOException {
        check(type == LIST || type == SET);
        enter();
        int header = unsignedByte();
        int count = header >>> 4 == LONG_LIST ? count() : header >>> 4;
        check(count <= bytes.remaining());
        for (int i = 0; i < count; i++) {
            element.read(i, header & 0xF);
        }
        depth--;
    }

    long integer(int type) throws IOException {
        check(type >= BYTE && type <= I64);
        return type == BYTE ? signedByte() : zigzag();
    }

    /** Reads an integer of 32 bits. */
    int int32(int type) throws IOException {
        long value = integer(type);
        check(value == (int) value);
        return (int) value;
    }

    boolean bool(int type) throws IOException {
        check(type == TRUE || type == FALSE);
        return type == TRUE;
    }

    byte[] binary(int type) throws IOException {
        check(type == BINARY);
        byte[] value = new byte[need(count())];
        bytes.get(value);
        return value;
    }

    /** Skips a value of any type. */
    void skip(int type) throws IOException {
        skip(type, true);
    }

    private void skip(int type, boolean element) throws IOException {
        switch (type) {
            // A field of this type has its value in the header, an element in a byte.
            case TRUE, FALSE -> advance(element ? 1 : 0);
            case BYTE -> advance(1);
            case BYTE + 1, BYTE + 2, I64 -> varint();
            case DOUBLE -> advance(Double.BYTES);
            case BINARY -> advance(count());
            case LIST, SET -> list(type, (index, each) -> skip(each, true));
            case MAP -> skipMap();
            case STRUCT -> struct((id, each) -> false);
            case UUID -> advance(2 * Long.BYTES);
            default -> check(false);
        }
    }

    private void skipMap() throws IOException {
        enter();
        int count = count();
        check(count <= bytes.remaining());
        int types = count == 0 ? 0 : unsignedByte();
        for (int i = 0; i < count; i++) {
            skip(types >>> 4, true);
            skip(types & 0xF, true);
        }
        depth--;
    }

    private void enter() throws IOException {
        check(++depth <= DEEPEST);
    }

    private void advance(int count) throws IOException {
        bytes.position(bytes.position() + need(count));
    }

    private int count() throws IOException {
        long count = varint();
        check(count >= 0 && count <= Integer.MAX_VALUE);
        return (int) count;
    }

    private long zigzag() throws IOException {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = unsignedByte();
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw invalid();
    }

    private int unsignedByte() throws IOException {
        return signedByte() & 0xFF;
    }

    private byte signedByte() throws IOException {
        need(1);
        return bytes.get();
    }

    private int need(int count) throws IOException {
        if (count > bytes.remaining()) {
            throw new EOFException("it ends early");
        }
        return count;
    }

    private static void check(boolean valid) throws ParquetException {
        if (!valid) {
            throw invalid();
        }
    }

    private static ParquetException invalid() {
        return new ParquetException("its metadata is no valid Thrift structure of Parquet: it is damaged");
    }
}

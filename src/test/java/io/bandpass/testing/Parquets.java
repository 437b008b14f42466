package io.bandpass.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Writes Parquet files with one column {@code image} byte by byte, whole ones and others. */
public final class Parquets {
    public static final int PLAIN = 0;
    public static final int RLE_DICTIONARY = 8;
    public static final int GZIP = 2;

    /** A structure in Thrift's compact protocol: values by field. */
    public static final class Struct {
        private final Map<Integer, Object> fields = new TreeMap<>();

        /** Sets a field: a number, a text, a structure, or a list of structures as an array. */
        public Struct set(int id, Object value) {
            fields.put(id, value);
            return this;
        }

        public byte[] bytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int before = 0;
            for (Map.Entry<Integer, Object> field : fields.entrySet()) {
                Object value = field.getValue();
                int type =
                        value instanceof Struct ? 12 : value instanceof Struct[] ? 9 : value instanceof String ? 8 : 6;
                out.write(((field.getKey() - before) << 4) | type);
                before = field.getKey();
                if (value instanceof Struct struct) {
                    out.writeBytes(struct.bytes());
                } else if (value instanceof Struct[] list) {
                    out.write(0xFC);
                    varint(out, list.length);
                    for (Struct each : list) {
                        out.writeBytes(each.bytes());
                    }
                } else if (value instanceof String text) {
                    varint(out, text.length());
                    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
                } else {
                    long number = ((Number) value).longValue();
                    varint(out, (number << 1) ^ (number >> 63));
                }
            }
            out.write(0);
            return out.toByteArray();
        }
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        for (; (left & ~0x7FL) != 0; left >>>= 7) {
            out.write((int) ((left & 0x7F) | 0x80));
        }
        out.write((int) left);
    }

    private final ByteArrayOutputStream pages = new ByteArrayOutputStream();

    public final Struct image = new Struct().set(1, 6).set(3, 0).set(4, "image");
    public final Struct column = new Struct().set(1, 6).set(4, 0).set(9, 4);
    public final Struct chunk = new Struct().set(3, column);
    public final Struct group = new Struct().set(1, new Struct[] {chunk});
    public final Struct footer = new Struct().set(1, 2).set(4, new Struct[] {group});

    public Parquets() {
        pages.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
    }

    /** Adds a page as it is. */
    public Parquets page(Struct header, byte[] body) {
        pages.writeBytes(header.bytes());
        pages.writeBytes(body);
        return this;
    }

    /** Adds a data page. */
    public Parquets data(int values, int encoding, byte[] body) {
        return page(header(0, body.length, body.length, 5, values, encoding), body);
    }

    /** Adds a dictionary. */
    public Parquets dictionary(int values, byte[] body) {
        return page(header(2, body.length, body.length, 7, values, PLAIN), body);
    }

    /**
     * Returns a header of a page.
     *
     * @param field of the structure with the number of values and their encoding
     */
    public static Struct header(int type, long size, long compressed, int field, long values, int encoding) {
        return new Struct()
                .set(1, type)
                .set(2, size)
                .set(3, compressed)
                .set(field, new Struct().set(1, values).set(2, encoding));
    }

    /** Returns a byte string with its length before it. */
    public static byte[] value(byte[] content) {
        return value(content.length, content);
    }

    /** Returns a byte string that claims a length. */
    public static byte[] value(int length, byte[] content) {
        return ByteBuffer.allocate(Integer.BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .put(content)
                .array();
    }

    /** Returns the file, of which the footer claims what follows from the pages unless it was set. */
    public byte[] file(long rows) {
        group.fields.putIfAbsent(3, rows);
        column.fields.putIfAbsent(5, rows);
        column.fields.putIfAbsent(7, pages.size() - 4);
        footer.fields.putIfAbsent(2, new Struct[] {new Struct().set(4, "schema").set(5, 1), image});
        footer.fields.putIfAbsent(3, rows);
        return file(footer.bytes());
    }

    /** Returns the file with these bytes as its footer. */
    public byte[] file(byte[] footer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(pages.toByteArray());
        out.writeBytes(footer);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(footer.length)
                .array());
        out.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}

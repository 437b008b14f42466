package io.bandpass.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What extended headers say of the member that follows: pax records, or a long name of GNU tar. */
final class TarExtension {
    /** Maximum number of bytes of an extended header. */
    static final int LONGEST = 1 << 20;

    private static final int MOST_DIGITS = 18;
    private static final String SPARSE = "GNU.sparse.";

    private byte @Nullable [] name;
    private long size = -1;
    private boolean sparse;

    TarExtension() {}

    TarExtension(TarExtension other) {
        name = other.name;
        size = other.size;
        sparse = other.sparse;
    }

    byte @Nullable [] name() {
        return name;
    }

    OptionalLong size() {
        return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
    }

    boolean isSparse() {
        return sparse;
    }

    void setLongName(byte[] content) {
        int length = 0;
        while (length < content.length && content[length] != 0) {
            length++;
        }
        name = Arrays.copyOf(content, length);
    }

    /**
     * Reads records of the form {@code LENGTH KEY=VALUE\n}, whose length is that of the whole record.
     *
     * @param start of the header, for messages
     */
    void read(byte[] content, long start) throws TarException {
        int from = 0;
        // Some programs pad with zeros.
        while (from < content.length && content[from] != 0) {
            int space = indexOf(content, ' ', from, content.length);
            long length = number(content, from, space);
            if (length < space - from + 3
                    || length > content.length - from
                    || content[(int) (from + length - 1)] != '\n') {
                throw damaged(start);
            }
            int end = (int) (from + length - 1);
            int equals = indexOf(content, '=', space + 1, end);
            if (equals < 0) {
                throw damaged(start);
            }
            take(
                    new String(content, space + 1, equals - space - 1, StandardCharsets.UTF_8),
                    Arrays.copyOfRange(content, equals + 1, end),
                    start);
            from = end + 1;
        }
    }

    private void take(String key, byte[] value, long start) throws TarException {
        if (key.equals("path") || key.equals(SPARSE + "name")) {
            name = value;
        } else if (key.equals("size")) {
            size = number(value, 0, value.length);
            if (size < 0) {
                throw damaged(start);
            }
        }
        sparse |= key.startsWith(SPARSE);
    }

    private static int indexOf(byte[] content, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (content[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** Returns a decimal number; -1 if it is none, or too large. */
    private static long number(byte[] content, int from, int to) {
        if (to <= from || to - from > MOST_DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            if (content[i] < '0' || content[i] > '9') {
                return -1;
            }
            value = 10 * value + content[i] - '0';
        }
        return value;
    }

    private static TarException damaged(long start) {
        return new TarException("the extended header at byte " + start + " is no list of records: it is damaged");
    }
}

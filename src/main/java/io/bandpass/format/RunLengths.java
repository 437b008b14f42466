package io.bandpass.format;

/**
 * Decodes levels and dictionary indices: runs of one value, and groups of eight values packed to a number of bits, the
 * lowest first.
 */
final class RunLengths {
    private static final int GROUP = 8;

    private final byte[] bytes;
    private final int width;
    private int at;
    private int left;
    private boolean packed;
    private int value;
    private long bit;

    /**
     * Creates a decoder.
     *
     * @param width number of bits of a value, from 0 to 32
     */
    RunLengths(byte[] bytes, int width) {
        this.bytes = bytes;
        this.width = width;
    }

    /**
     * Returns the next value.
     *
     * @throws ParquetException if there is none
     */
    int next() throws ParquetException {
        while (left == 0) {
            begin();
        }
        left--;
        if (!packed) {
            return value;
        }
        int result = 0;
        for (int i = 0; i < width; i++, bit++) {
            int index = (int) (bit / Byte.SIZE);
            if (index >= bytes.length) {
                throw ended();
            }
            result |= ((bytes[index] >> (bit % Byte.SIZE)) & 1) << i;
        }
        return result;
    }

    private void begin() throws ParquetException {
        long header = varint();
        packed = (header & 1) == 1;
        long count = (header >>> 1) * (packed ? GROUP : 1);
        left = (int) Math.min(Integer.MAX_VALUE, count);
        if (packed) {
            // The last group may be cut off after its last value, so that only reading finds the end.
            bit = (long) at * Byte.SIZE;
            at = (int) Math.min(bytes.length, at + (header >>> 1) * width);
        } else {
            value = 0;
            for (int i = 0; i < width; i += Byte.SIZE) {
                value |= unsignedByte() << i;
            }
        }
    }

    private long varint() throws ParquetException {
        long result = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            int next = unsignedByte();
            result |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return result;
            }
        }
        throw ended();
    }

    private int unsignedByte() throws ParquetException {
        if (at >= bytes.length) {
            throw ended();
        }
        return bytes[at++] & 0xFF;
    }

    private static ParquetException ended() {
        return new ParquetException("a page has fewer values than it claims: it is damaged");
    }
}

package io.bandpass.format;

import java.io.IOException;

/**
 * A compressed page of a Parquet file.
 *
 * @param position of its compressed bytes in the file
 * @param compressed number of these
 * @param size number of bytes of its content
 */
public record PackedPage(ParquetCodec codec, long position, int compressed, int size) {
    private static final long LARGEST = 1 << 29;
    private static final int MEMORY_SHARE = 16;

    /** Maximum number of bytes of a page's content: a sixteenth of Java's memory, as several are unpacked at once. */
    public static long largest() {
        return Math.min(LARGEST, Runtime.getRuntime().maxMemory() / MEMORY_SHARE);
    }

    /**
     * Checks the claims of a page before memory is allocated for it.
     *
     * @throws ParquetException if it is too large, or cannot have that size
     */
    public void check() throws ParquetException {
        if (Math.max(size, compressed) > largest()) {
            throw new ParquetException(
                    "the page at byte " + position + " has " + size + " bytes uncompressed, more than " + largest()
                            + ", a sixteenth of Java's memory; raise -Xmx, or rewrite the file without compression");
        }
        if (!codec.isPossible(compressed, size)) {
            throw new ParquetException("the page at byte " + position + " claims that its " + compressed
                    + " compressed bytes become " + size + ", which is impossible: it is damaged");
        }
    }

    /**
     * Decompresses the page.
     *
     * @param bytes its compressed bytes
     * @throws IOException if they are damaged
     */
    public byte[] unpack(byte[] bytes) throws IOException {
        return codec.decompress(bytes, size);
    }
}

package io.bandpass.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorInputStream;

/** Compressions of pages that can be read. */
public enum ParquetCodec {
    UNCOMPRESSED(0, 1),
    /** A copy of at most 64 bytes takes two or three. */
    SNAPPY(1, 64),
    /** A match of at most 258 bytes takes two bits. */
    GZIP(2, 1100);

    private static final List<String> NAMES =
            List.of("nothing", "snappy", "gzip", "LZO", "Brotli", "LZ4", "Zstandard", "LZ4");

    /** Size beyond which neither format can make a page larger than its ratio says. */
    private static final int SLACK = 64;

    /** Distance back to which reference implementations of snappy copy. */
    private static final int SNAPPY_WINDOW = 1 << 16;

    private final int code;
    private final int largestRatio;

    ParquetCodec(int code, int largestRatio) {
        this.code = code;
        this.largestRatio = largestRatio;
    }

    /** The codec's code in the format. */
    public int code() {
        return code;
    }

    /**
     * Returns the codec with a code of the format.
     *
     * @throws ParquetException if it cannot be read here
     */
    public static ParquetCodec of(int code) throws ParquetException {
        for (ParquetCodec codec : values()) {
            if (codec.code == code) {
                return codec;
            }
        }
        throw new ParquetException("it is compressed with "
                + (code >= 0 && code < NAMES.size() ? NAMES.get(code) : "an unknown codec, number " + code)
                + ", which is not supported; rewrite it uncompressed, or with snappy or gzip");
    }

    /** Returns whether a page that claims this size could have it, which is asked before memory is allocated. */
    boolean isPossible(int compressed, int size) {
        return size <= (long) compressed * largestRatio + SLACK;
    }

    /**
     * Decompresses a page.
     *
     * @param size of the result
     * @throws ParquetException if that is not its size, or the bytes are damaged
     */
    byte[] decompress(byte[] compressed, int size) throws ParquetException {
        try (InputStream input = open(new ByteArrayInputStream(compressed))) {
            byte[] content = input.readNBytes(size);
            if (content.length == size && input.read() < 0) {
                return content;
            }
        } catch (IOException | RuntimeException e) {
            // Damaged data; the library throws unchecked exceptions for some forms of it.
            throw damaged();
        }
        throw damaged();
    }

    private InputStream open(InputStream compressed) throws IOException {
        return switch (this) {
            case UNCOMPRESSED -> compressed;
            case SNAPPY -> new SnappyCompressorInputStream(compressed, SNAPPY_WINDOW);
            case GZIP -> new GZIPInputStream(compressed);
        };
    }

    private static ParquetException damaged() {
        return new ParquetException("a page cannot be decompressed to the size that it claims: it is damaged");
    }
}

package io.bandpass.image;

import java.io.IOException;
import java.nio.ByteOrder;

/**
 * Header of a WebP. The size is that of the canvas, on which all frames of an animation are drawn and for which the
 * decoder allocates memory.
 *
 * @param storedHeight rows of the canvas
 * @param storedWidth columns of the canvas
 * @param orientation of EXIF, 1 to 8; 1 is upright
 */
record WebpHeader(int storedHeight, int storedWidth, int orientation) implements StoredImage {
    /** Chunk names as little-endian numbers. */
    private static final int LOSSY = 0x20385056;

    private static final int LOSSLESS = 0x4C385056;
    private static final int EXTENDED = 0x58385056;
    private static final int EXIF = 0x46495845;

    private static final int FIRST_CHUNK = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int EXIF_FLAG = 0x08;
    private static final int LOSSY_START = 0x2A019D;
    private static final int LOSSLESS_START = 0x2F;
    private static final int LARGEST_EDGE = 1 << 14;
    private static final int EXIF_NAME_LENGTH = 6;
    private static final int EXIF_NAME = 0x66697845;

    /**
     * Reads the first chunk (RFC 9649), and searches the others for EXIF if the first one announces it.
     *
     * @throws BadImageException if it is damaged
     */
    static WebpHeader of(ChannelInput input) throws IOException, BadImageException {
        input.setByteOrder(ByteOrder.LITTLE_ENDIAN);
        input.seek(FIRST_CHUNK);
        int type = input.readInt();
        long length = input.readUnsignedInt();
        if (type == EXTENDED) {
            int flags = input.readInt();
            int width = 1 + readInt24(input);
            int height = 1 + readInt24(input);
            StoredImage.check(width, height);
            boolean hasExif = (flags & EXIF_FLAG) != 0;
            return new WebpHeader(
                    height,
                    width,
                    hasExif ? orientation(input, FIRST_CHUNK + CHUNK_HEADER + length) : ExifOrientation.UPRIGHT);
        }
        int width;
        int height;
        if (type == LOSSY) {
            readInt24(input);
            if (readInt24(input) != LOSSY_START) {
                throw new BadImageException("damaged: its frame does not begin as one of VP8");
            }
            width = input.readUnsignedShort() % LARGEST_EDGE;
            height = input.readUnsignedShort() % LARGEST_EDGE;
        } else if (type == LOSSLESS) {
            if (input.readUnsignedByte() != LOSSLESS_START) {
                throw new BadImageException("damaged: its frame does not begin as one of VP8L");
            }
            int sizes = input.readInt();
            width = 1 + (sizes & (LARGEST_EDGE - 1));
            height = 1 + ((sizes >>> 14) & (LARGEST_EDGE - 1));
        } else {
            throw new BadImageException("damaged: its first chunk is none of WebP");
        }
        StoredImage.check(width, height);
        return new WebpHeader(height, width, ExifOrientation.UPRIGHT);
    }

    private static int readInt24(ChannelInput input) throws IOException {
        return input.readUnsignedShort() | (input.readUnsignedByte() << 16);
    }

    private static int orientation(ChannelInput input, long first) throws IOException {
        long position = first;
        while (position + CHUNK_HEADER <= input.length()) {
            input.seek(position);
            int type = input.readInt();
            long length = input.readUnsignedInt();
            long start = position + CHUNK_HEADER;
            if (type == EXIF && start + length <= input.length()) {
                // Some programs include the prefix that EXIF has in a JPEG.
                boolean named = length >= EXIF_NAME_LENGTH && input.readInt() == EXIF_NAME;
                int name = named ? EXIF_NAME_LENGTH : 0;
                return ExifOrientation.of(input, start + name, length - name);
            }
            // Chunks are padded to even lengths.
            position = start + length + (length & 1);
        }
        return ExifOrientation.UPRIGHT;
    }
}

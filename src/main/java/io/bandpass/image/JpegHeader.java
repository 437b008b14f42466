package io.bandpass.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * Header of a JPEG.
 *
 * @param storedHeight rows as stored
 * @param storedWidth columns as stored
 * @param orientation of EXIF, 1 to 8; 1 is upright
 */
record JpegHeader(int storedHeight, int storedWidth, int orientation) implements StoredImage {
    private static final int MARKER = 0xFF;
    private static final int START = 0xD8;
    private static final int SCAN = 0xDA;
    private static final int END = 0xD9;
    private static final int STANDALONE = 0x01;
    private static final int RESTART_0 = 0xD0;
    private static final int RESTART_7 = 0xD7;
    private static final int APPLICATION_1 = 0xE1;
    private static final int BITS = 8;

    private static final long EXIF = 0x457869660000L;
    private static final int EXIF_LENGTH = 6;

    /** More stray bytes than this between two segments are not a writer's mistake. */
    private static final int MOST_BETWEEN = 1 << 16;

    /**
     * Returns whether pixel (i, j) of the upright image reduced by this factor covers the pixels from (factor i, factor
     * j) on. An incomplete last row or column is padded there, and applying the orientation may move it to the top or
     * left.
     */
    boolean isAlignedAt(int factor) {
        return orientation == 1 || (storedHeight % factor == 0 && storedWidth % factor == 0);
    }

    /**
     * Reads the markers up to the first scan (ITU-T T.81, annex B), and skips stray bytes between them as libjpeg does,
     * which decodes the file afterwards.
     *
     * @throws BadImageException if there is no frame before the scan, or an unsupported one
     */
    static JpegHeader of(ChannelInput input) throws IOException, BadImageException {
        input.setByteOrder(ByteOrder.BIG_ENDIAN);
        input.seek(0);
        if (input.readUnsignedByte() != MARKER || input.readUnsignedByte() != START) {
            throw new BadImageException("damaged: it does not begin as a JPEG");
        }
        int height = 0;
        int width = 0;
        int orientation = 0;
        while (true) {
            int marker = nextMarker(input);
            if (marker == SCAN) {
                if (width == 0) {
                    throw new BadImageException("damaged: its pixels begin before their size is told");
                }
                return new JpegHeader(height, width, Math.max(1, orientation));
            }
            if (marker == END || marker == START) {
                throw new BadImageException("damaged: it holds no pixels");
            }
            if (marker == STANDALONE || (marker >= RESTART_0 && marker <= RESTART_7)) {
                continue;
            }
            long segment = input.getStreamPosition();
            int length = input.readUnsignedShort();
            if (isFrame(marker)) {
                int bits = input.readUnsignedByte();
                height = input.readUnsignedShort();
                width = input.readUnsignedShort();
                check(bits, height, width);
            }
            if (marker == APPLICATION_1 && orientation == 0) {
                orientation = orientation(input, segment + 2, length - 2);
            }
            input.seek(segment + Math.max(2, length));
        }
    }

    /** Returns the next marker; any number of bytes 0xFF may precede it. */
    private static int nextMarker(ChannelInput input) throws IOException, BadImageException {
        int passed = 0;
        while (true) {
            int code = input.readUnsignedByte();
            while (code != MARKER) {
                if (++passed > MOST_BETWEEN) {
                    throw new BadImageException("damaged: bytes that belong to nothing stand before its pixels");
                }
                code = input.readUnsignedByte();
            }
            while (code == MARKER) {
                code = input.readUnsignedByte();
            }
            if (code != 0) {
                return code;
            }
        }
    }

    private static void check(int bits, int height, int width) throws BadImageException {
        if (bits != BITS) {
            throw new BadImageException("it is a JPEG with " + bits + " bits per sample, of which 8 are read");
        }
        if (height == 0) {
            throw new BadImageException("it is a JPEG that tells its height behind its pixels, which is not read");
        }
        StoredImage.check(width, height);
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** Returns the orientation in a segment; 0 if it is not an EXIF segment. */
    private static int orientation(ChannelInput input, long start, int length) throws IOException {
        if (length < EXIF_LENGTH) {
            return 0;
        }
        if (start + length > input.length()) {
            throw new EOFException("a segment ends behind the file");
        }
        long name = ((long) input.readInt() << 16) | input.readUnsignedShort();
        return name == EXIF ? ExifOrientation.of(input, start + EXIF_LENGTH, length - EXIF_LENGTH) : 0;
    }
}

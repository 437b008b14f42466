package io.bandpass.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What has to be known of a JPEG before it is decoded at a smaller size.
 *
 * @param storedHeight rows as they are stored
 * @param storedWidth columns as they are stored
 * @param orientation of EXIF, 1 to 8; 1 is upright
 */
record JpegHeader(int storedHeight, int storedWidth, int orientation) {
    private static final int MARKER = 0xFF;
    private static final int START = 0xD8;
    private static final int SCAN = 0xDA;
    private static final int END = 0xD9;
    private static final int STANDALONE = 0x01;
    private static final int RESTART_0 = 0xD0;
    private static final int APPLICATION_1 = 0xE1;
    private static final int FIRST_TURNED = 5;

    private static final long EXIF = 0x457869660000L;
    private static final int EXIF_LENGTH = 6;
    private static final int LITTLE = 0x4949;
    private static final int BIG = 0x4D4D;
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final int ENTRY_LENGTH = 12;

    /** Rows of the upright image. */
    int height() {
        return orientation < FIRST_TURNED ? storedHeight : storedWidth;
    }

    /** Columns of the upright image. */
    int width() {
        return orientation < FIRST_TURNED ? storedWidth : storedHeight;
    }

    /**
     * Whether pixel (i, j) of the upright image reduced by this factor covers the pixels from (factor i, factor j) on. A
     * rest in the last row or column is padded there, which turning the image may bring to the top or left.
     */
    boolean isAlignedAt(int factor) {
        return orientation == 1 || (storedHeight % factor == 0 && storedWidth % factor == 0);
    }

    /** Whether an image that was decoded whole can be this one; which side is up, the decoder may see otherwise. */
    boolean fits(int rows, int columns) {
        return (rows == storedHeight && columns == storedWidth) || (rows == storedWidth && columns == storedHeight);
    }

    /** Reads the markers up to the first scan (ITU-T T.81, annex B); nothing where this is no JPEG, or a damaged one. */
    static Optional<JpegHeader> of(ByteBuffer encoded) {
        ByteBuffer jpeg = encoded.duplicate().order(ByteOrder.BIG_ENDIAN).rewind();
        try {
            return jpeg.get() == (byte) MARKER && jpeg.get() == (byte) START ? markers(jpeg) : Optional.empty();
        } catch (RuntimeException outside) {
            // A length or an offset that leads out of the file: the decoder has its own word for that.
            return Optional.empty();
        }
    }

    private static Optional<JpegHeader> markers(ByteBuffer jpeg) {
        int height = 0;
        int width = 0;
        int orientation = 0;
        while ((jpeg.get() & 0xFF) == MARKER) {
            int marker = jpeg.get() & 0xFF;
            if (marker == MARKER) {
                // Padding: this byte begins the marker anew.
                jpeg.position(jpeg.position() - 1);
                continue;
            }
            if (marker == SCAN || marker == END) {
                // A height of 0 is told after the scan.
                return marker == SCAN && height > 0 && width > 0
                        ? Optional.of(new JpegHeader(height, width, Math.max(1, orientation)))
                        : Optional.empty();
            }
            if (marker <= STANDALONE || (marker >= RESTART_0 && marker <= START)) {
                // No length follows, and what does the decoder may see in another way than is told here.
                return Optional.empty();
            }
            int segment = jpeg.position();
            int length = jpeg.getShort() & 0xFFFF;
            if (isFrame(marker)) {
                height = jpeg.getShort(segment + 3) & 0xFFFF;
                width = jpeg.getShort(segment + 5) & 0xFFFF;
            }
            if (marker == APPLICATION_1 && orientation == 0) {
                orientation = orientation(jpeg.slice(segment + 2, length - 2).order(ByteOrder.BIG_ENDIAN));
            }
            jpeg.position(segment + length);
        }
        return Optional.empty();
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** The entry of the first directory of EXIF; 0 where the segment holds none. */
    private static int orientation(ByteBuffer segment) {
        if (segment.remaining() < EXIF_LENGTH + 8 || segment.getLong(0) >>> 16 != EXIF) {
            return 0;
        }
        ByteBuffer tiff = segment.slice(EXIF_LENGTH, segment.limit() - EXIF_LENGTH);
        int byteOrder = tiff.getShort(0) & 0xFFFF;
        if (byteOrder != LITTLE && byteOrder != BIG) {
            return 0;
        }
        tiff.order(byteOrder == LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + ENTRY_LENGTH * i;
            if ((tiff.getShort(entry) & 0xFFFF) == ORIENTATION && tiff.getShort(entry + 2) == SHORT) {
                int value = tiff.getShort(entry + 8) & 0xFFFF;
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 0;
    }
}

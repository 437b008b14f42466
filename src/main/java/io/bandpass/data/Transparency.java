package io.bandpass.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Marks encoded images so that the decoder leaves their colours alone: it would blend the transparent parts of a TIFF or
 * GIF with black, where Pillow's {@code convert("RGB")} drops the transparency and keeps the colour.
 */
final class Transparency {
    private static final int EXTRA_SAMPLES = 338;
    private static final int SHORT = 3;
    private static final int ENTRY_LENGTH = 12;
    private static final short ALREADY_BLENDED = 1;
    private static final short TO_BE_BLENDED = 2;

    private static final int GIF_HEADER_LENGTH = 13;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xF9;

    private Transparency() {}

    /** Removes the mark; damaged files are left as they are, for the decoder to refuse. */
    static void ignore(ByteBuffer encoded) {
        if (encoded.limit() < GIF_HEADER_LENGTH) {
            return;
        }
        try {
            int first = encoded.get(0);
            int second = encoded.get(1);
            if (first == 'G' && second == 'I' && encoded.get(2) == 'F') {
                ignoreInGif(encoded);
            } else if (first == 'I' && second == 'I') {
                ignoreInTiff(encoded.duplicate().order(ByteOrder.LITTLE_ENDIAN));
            } else if (first == 'M' && second == 'M') {
                ignoreInTiff(encoded.duplicate().order(ByteOrder.BIG_ENDIAN));
            }
        } catch (IndexOutOfBoundsException leadsOutOfTheFile) {
            return;
        }
    }

    /** TIFF 6.0, section 18: says of the first directory's alpha that the colours are multiplied with it already. */
    private static void ignoreInTiff(ByteBuffer tiff) {
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + ENTRY_LENGTH * i;
            boolean found = (tiff.getShort(entry) & 0xFFFF) == EXTRA_SAMPLES
                    && tiff.getShort(entry + 2) == SHORT
                    && tiff.getInt(entry + 4) == 1
                    && tiff.getShort(entry + 8) == TO_BE_BLENDED;
            if (found) {
                tiff.putShort(entry + 8, ALREADY_BLENDED);
                return;
            }
        }
    }

    /** GIF89a, section 23: clears the transparent colour flag before the first frame. */
    private static void ignoreInGif(ByteBuffer gif) {
        int flags = gif.get(10);
        int position = GIF_HEADER_LENGTH + ((flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1));
        while ((gif.get(position) & 0xFF) == EXTENSION) {
            if ((gif.get(position + 1) & 0xFF) == GRAPHIC_CONTROL) {
                gif.put(position + 3, (byte) (gif.get(position + 3) & 0xFE));
                return;
            }
            position += 2;
            while (gif.get(position) != 0) {
                position += 1 + (gif.get(position) & 0xFF);
            }
            position++;
        }
    }
}

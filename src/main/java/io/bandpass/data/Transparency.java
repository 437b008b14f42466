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

    /** The same image without the mark; damaged files are returned as they are, for the decoder to refuse. */
    static byte[] ignored(byte[] encoded) {
        if (encoded.length < GIF_HEADER_LENGTH) {
            return encoded;
        }
        try {
            if (encoded[0] == 'G' && encoded[1] == 'I' && encoded[2] == 'F') {
                return ignoredInGif(encoded);
            }
            if (encoded[0] == 'I' && encoded[1] == 'I') {
                return ignoredInTiff(encoded, ByteOrder.LITTLE_ENDIAN);
            }
            if (encoded[0] == 'M' && encoded[1] == 'M') {
                return ignoredInTiff(encoded, ByteOrder.BIG_ENDIAN);
            }
        } catch (IndexOutOfBoundsException e) {
            // An offset that leads out of the file.
            return encoded;
        }
        return encoded;
    }

    /** TIFF 6.0, section 18: says of the first directory's alpha that the colours are multiplied with it already. */
    private static byte[] ignoredInTiff(byte[] encoded, ByteOrder byteOrder) {
        ByteBuffer tiff = ByteBuffer.wrap(encoded).order(byteOrder);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + ENTRY_LENGTH * i;
            boolean found = (tiff.getShort(entry) & 0xFFFF) == EXTRA_SAMPLES
                    && tiff.getShort(entry + 2) == SHORT
                    && tiff.getInt(entry + 4) == 1
                    && tiff.getShort(entry + 8) == TO_BE_BLENDED;
            if (found) {
                byte[] changed = encoded.clone();
                ByteBuffer.wrap(changed).order(byteOrder).putShort(entry + 8, ALREADY_BLENDED);
                return changed;
            }
        }
        return encoded;
    }

    /** GIF89a, section 23: clears the transparent colour flag before the first frame. */
    private static byte[] ignoredInGif(byte[] gif) {
        int flags = gif[10];
        int position = GIF_HEADER_LENGTH + ((flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1));
        while ((gif[position] & 0xFF) == EXTENSION) {
            if ((gif[position + 1] & 0xFF) == GRAPHIC_CONTROL) {
                byte[] changed = gif.clone();
                changed[position + 3] &= (byte) 0xFE;
                return changed;
            }
            position += 2;
            while (gif[position] != 0) {
                position += 1 + (gif[position] & 0xFF);
            }
            position++;
        }
        return gif;
    }
}

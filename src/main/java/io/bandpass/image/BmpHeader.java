package io.bandpass.image;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * Header of a BMP, in any version: OS/2 with 12 or 16 to 64 bytes, Windows with 40, 52, 56, 108 or 124. The file length
 * in it is ignored, because some programs leave it 0.
 *
 * @param storedHeight rows
 * @param storedWidth columns
 * @param isTopDown whether the top row is stored first
 * @param bits per pixel
 * @param compression 0 for none, 1 and 2 for run-length encoding of 8 and 4 bits
 * @param masks bit masks of red, green and blue; empty for a palette
 * @param palette position of the colours in the file
 * @param colours number of colours
 * @param colourBytes bytes per colour, 3 or 4
 * @param data position of the pixels in the file
 */
record BmpHeader(
        int storedHeight,
        int storedWidth,
        boolean isTopDown,
        int bits,
        int compression,
        long[] masks,
        long palette,
        int colours,
        int colourBytes,
        long data)
        implements StoredImage {
    static final int RUNS_8 = 1;
    static final int RUNS_4 = 2;
    private static final int MASKED = 3;
    private static final int MASKED_WITH_ALPHA = 6;

    private static final int FILE_HEADER = 14;
    private static final int DATA_OFFSET = 10;
    private static final int OS2_1 = 12;
    private static final int SHORTEST_OS2_2 = 16;
    private static final int LONGEST_OS2_2 = 64;
    private static final int WITH_COMPRESSION = 20;
    private static final Set<Integer> WINDOWS = Set.of(40, 52, 56, 108, 124);
    private static final int WITHOUT_MASKS = 40;
    private static final int COLOURS_OFFSET = FILE_HEADER + 32;

    private static final long[] OF_15_BITS = {0x7C00, 0x3E0, 0x1F};
    private static final long[] OF_24_BITS = {0xFF0000, 0xFF00, 0xFF};

    /**
     * Reads the header.
     *
     * @throws BadImageException if it is damaged, or of an unsupported kind
     */
    static BmpHeader of(ChannelInput input) throws IOException, BadImageException {
        input.setByteOrder(ByteOrder.LITTLE_ENDIAN);
        input.seek(DATA_OFFSET);
        long data = input.readUnsignedInt();
        long length = input.readUnsignedInt();
        boolean old = length == OS2_1;
        boolean windows = length <= Integer.MAX_VALUE && WINDOWS.contains((int) length);
        if (!old && !windows && (length < SHORTEST_OS2_2 || length > LONGEST_OS2_2)) {
            throw new BadImageException(
                    "it is a BMP with a header of " + length + " bytes, which none of its versions has");
        }
        long width = old ? input.readUnsignedShort() : input.readInt();
        long height = old ? input.readUnsignedShort() : input.readInt();
        input.readUnsignedShort();
        int bits = input.readUnsignedShort();
        long compression = old || length < WITH_COMPRESSION ? 0 : input.readUnsignedInt();
        StoredImage.check(width, Math.abs(height));
        long[] masks = masks(input, length, windows, bits, compression);
        long palette = FILE_HEADER + length + (masksBehind(length, compression) ? masks.length * 4L : 0);
        int colourBytes = old ? 3 : 4;
        int colours = masks.length > 0 ? 0 : colours(input, length, bits);
        // A palette may be shorter than its stated number of colours, or than the range of pixel values.
        long available = data > palette ? Math.floorDiv(data - palette, colourBytes) : colours;
        return new BmpHeader(
                (int) Math.abs(height),
                (int) width,
                height < 0,
                bits,
                (int) compression,
                masks,
                palette,
                (int) Math.min(colours, available),
                colourBytes,
                data > palette ? data : palette + (long) colours * colourBytes);
    }

    private static boolean masksBehind(long length, long compression) {
        return length == WITHOUT_MASKS && (compression == MASKED || compression == MASKED_WITH_ALPHA);
    }

    private static int colours(ChannelInput input, long length, int bits) throws IOException {
        long stated = 0;
        if (FILE_HEADER + length >= COLOURS_OFFSET + 4) {
            input.seek(COLOURS_OFFSET);
            stated = input.readUnsignedInt();
        }
        return (int) (stated == 0 ? 1L << bits : Math.min(stated, 1L << bits));
    }

    /** Returns the colour masks; empty if pixels are palette indices. */
    private static long[] masks(ChannelInput input, long length, boolean windows, int bits, long compression)
            throws IOException, BadImageException {
        boolean indices = bits == 1 || bits == 2 || bits == 4 || bits == 8;
        if (indices) {
            boolean plain =
                    compression == 0 || (compression == RUNS_8 && bits == 8) || (compression == RUNS_4 && bits == 4);
            if (!plain) {
                throw unsupported(bits, compression);
            }
            return new long[0];
        }
        if (bits != 16 && bits != 24 && bits != 32) {
            throw new BadImageException(
                    "it is a BMP with " + bits + " bits per pixel; those with 1, 2, 4, 8, 16, 24 and 32 are read");
        }
        if (compression == 0) {
            return bits == 16 ? OF_15_BITS : OF_24_BITS;
        }
        if (!windows || (compression != MASKED && compression != MASKED_WITH_ALPHA)) {
            throw unsupported(bits, compression);
        }
        // The masks are at the same offset, whether they follow a header without masks or are part of one.
        input.seek(FILE_HEADER + (long) WITHOUT_MASKS);
        boolean alpha = length == WITHOUT_MASKS && compression == MASKED_WITH_ALPHA;
        long[] masks = new long[alpha ? 4 : 3];
        for (int i = 0; i < masks.length; i++) {
            masks[i] = input.readUnsignedInt();
            long filled = masks[i] | (masks[i] - 1);
            boolean contiguous = (filled & (filled + 1)) == 0;
            if (i < 3 && (masks[i] == 0 || masks[i] >>> bits != 0 || !contiguous)) {
                throw new BadImageException(
                        "it is a BMP whose masks of red, green and blue are not one row of bits each");
            }
        }
        return masks;
    }

    private static BadImageException unsupported(int bits, long compression) {
        return new BadImageException(
                "it is a BMP with " + bits + " bits per pixel and compression " + compression + ", which is not read");
    }
}

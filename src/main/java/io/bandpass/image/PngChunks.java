package io.bandpass.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Strips a PNG in memory to the chunks its pixels need. The decoder then sees no animation, whose first frame may not
 * be the picture, no transparency, which is dropped in any case, and no profiles, texts and times, about which it
 * prints warnings.
 */
final class PngChunks {
    private static final int COLOUR_TYPE_OFFSET = 25;
    private static final int PALETTE = 3;

    private PngChunks() {}

    /**
     * Moves the chunks to keep together, and verifies their checksums.
     *
     * @param encoded starts with a header that {@link PngHeader} has read; modified
     * @return number of bytes kept
     * @throws BadImageException if a chunk is truncated or damaged, or the last one is missing
     */
    static int keepPixels(ByteBuffer encoded) throws BadImageException {
        ByteBuffer png = encoded.duplicate().order(ByteOrder.BIG_ENDIAN);
        boolean hasPalette = png.get(COLOUR_TYPE_OFFSET) == PALETTE;
        int target = PngHeader.SIGNATURE_LENGTH;
        long position = target;
        boolean paletteKept = false;
        while (position + PngHeader.AROUND <= png.limit()) {
            int start = (int) position;
            long length = PngHeader.AROUND + (png.getInt(start) & 0xFFFFFFFFL);
            int type = png.getInt(start + 4);
            boolean kept = type == PngHeader.IHDR
                    || type == PngHeader.IDAT
                    || type == PngHeader.IEND
                    || (type == PngHeader.PLTE && hasPalette && !paletteKept);
            if (position + length > png.limit()) {
                break;
            }
            if (kept) {
                check(png, start, (int) length);
                if (target != start) {
                    png.put(target, png, start, (int) length);
                }
                target += (int) length;
                paletteKept |= type == PngHeader.PLTE;
            }
            if (type == PngHeader.IEND) {
                return target;
            }
            position += length;
        }
        throw new BadImageException(BadImageException.UNDECODABLE);
    }

    private static void check(ByteBuffer png, int start, int length) throws BadImageException {
        CRC32 checksum = new CRC32();
        checksum.update(png.slice(start + 4, length - 8));
        if (png.getInt(start + length - 4) != (int) checksum.getValue()) {
            throw new BadImageException(BadImageException.UNDECODABLE);
        }
    }
}

package io.bandpass.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Reduces a PNG in memory to what its pixels are made of. The decoder then sees no animation, whose first frame may not be
 * the picture, no transparency, which is dropped in any case, and none of the profiles, texts and times that it prints
 * warnings about.
 */
final class PngChunks {
    private static final int COLOUR_TYPE_OFFSET = 25;
    private static final int PALETTE = 3;

    private PngChunks() {}

    /**
     * Moves the chunks that count together, and checks their checksums.
     *
     * @param encoded begins with a header that {@link PngHeader} has read; is changed
     * @return how many bytes are left
     * @throws BadImageException if a chunk is cut off or damaged, or there is no last one
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

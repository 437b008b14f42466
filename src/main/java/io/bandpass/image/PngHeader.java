package io.bandpass.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Header of a PNG. For an animated one (APNG) it describes the picture in the IDAT chunks, which is what readers
 * without animation support show.
 *
 * @param storedHeight rows as stored
 * @param storedWidth columns as stored
 * @param orientation of EXIF, 1 to 8; 1 is upright
 * @param isDeep whether samples have 16 bits
 */
record PngHeader(int storedHeight, int storedWidth, int orientation, boolean isDeep) implements StoredImage {
    static final int IHDR = 0x49484452;
    static final int PLTE = 0x504C5445;
    static final int IDAT = 0x49444154;
    static final int IEND = 0x49454E44;
    private static final int EXIF = 0x65584966;
    private static final int APPLE = 0x43674249;

    static final int SIGNATURE_LENGTH = 8;
    /** Bytes of a chunk around its content: length and type before it, checksum after it. */
    static final int AROUND = 12;

    private static final int HEADER_LENGTH = 13;
    /** Distance from the end within which an EXIF chunk after the pixels is searched. */
    private static final int TAIL = 1 << 14;

    /**
     * Reads the chunks up to the pixels, and an EXIF chunk after them near the end (PNG, third edition, 5 and 11).
     *
     * @throws BadImageException if it is damaged, or of an unsupported kind
     */
    static PngHeader of(ChannelInput input) throws IOException, BadImageException {
        input.setByteOrder(ByteOrder.BIG_ENDIAN);
        input.seek(SIGNATURE_LENGTH);
        byte[] first = new byte[AROUND + HEADER_LENGTH];
        input.readFully(first);
        ByteBuffer header = ByteBuffer.wrap(first);
        if (header.getInt(4) == APPLE) {
            throw new BadImageException("it is a PNG in Apple's own form (CgBI), which is not read");
        }
        if (header.getInt(0) != HEADER_LENGTH || header.getInt(4) != IHDR) {
            throw new BadImageException("damaged: it does not begin with the header of a PNG");
        }
        CRC32 checksum = new CRC32();
        checksum.update(first, 4, 4 + HEADER_LENGTH);
        if (header.getInt(AROUND - 4 + HEADER_LENGTH) != (int) checksum.getValue()) {
            throw new BadImageException("damaged: the checksum of its header is wrong");
        }
        int width = header.getInt(8);
        int height = header.getInt(12);
        StoredImage.check(width, height);
        return new PngHeader(height, width, orientation(input), header.get(16) == 16);
    }

    /** Reads the orientation from the first EXIF chunk; a file that ends before its pixels is left to the decoder. */
    private static int orientation(ChannelInput input) throws IOException {
        long position = SIGNATURE_LENGTH + AROUND + HEADER_LENGTH;
        while (position + AROUND <= input.length()) {
            input.seek(position);
            long length = input.readUnsignedInt();
            int type = input.readInt();
            if (type == EXIF && position + AROUND + length <= input.length()) {
                return ExifOrientation.of(input, position + AROUND - 4, length);
            }
            if (type == IDAT || type == IEND) {
                return orientationBehind(input, position + AROUND);
            }
            position += AROUND + length;
        }
        return ExifOrientation.UPRIGHT;
    }

    /**
     * Searches for an EXIF chunk after the pixels. Not chunk by chunk, because there may be thousands: anything that
     * looks like one is accepted if its checksum is right.
     */
    private static int orientationBehind(ChannelInput input, long from) throws IOException {
        long start = Math.max(from, input.length() - TAIL);
        byte[] tail = new byte[(int) Math.max(0, input.length() - start)];
        input.seek(start);
        input.readFully(tail);
        ByteBuffer bytes = ByteBuffer.wrap(tail);
        for (int i = 0; i + AROUND <= tail.length; i++) {
            long length = bytes.getInt(i) & 0xFFFFFFFFL;
            if (bytes.getInt(i + 4) == EXIF && i + AROUND + length <= tail.length) {
                CRC32 checksum = new CRC32();
                checksum.update(tail, i + 4, (int) length + 4);
                if (bytes.getInt(i + AROUND - 4 + (int) length) == (int) checksum.getValue()) {
                    return ExifOrientation.of(input, start + i + AROUND - 4, length);
                }
            }
        }
        return ExifOrientation.UPRIGHT;
    }
}

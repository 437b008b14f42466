package io.bandpass.image;

import java.io.IOException;
import java.nio.ByteOrder;

/**
 * Header of a GIF, up to its first frame (GIF89a, 17 to 24). The size is that of the screen, enlarged if the frame
 * exceeds it.
 *
 * @param storedHeight rows of the screen
 * @param storedWidth columns of the screen
 * @param top first row of the frame on the screen
 * @param left first column of the frame on the screen
 * @param frameHeight rows of the frame
 * @param frameWidth columns of the frame
 * @param isInterlaced whether the rows are stored in four passes
 * @param outside index of the colour around the frame: the transparent one, or the first
 * @param palette position of the colours in the file
 * @param colours number of colours; 0 for grey levels
 * @param data position of the pixels in the file
 */
record GifHeader(
        int storedHeight,
        int storedWidth,
        int top,
        int left,
        int frameHeight,
        int frameWidth,
        boolean isInterlaced,
        int outside,
        long palette,
        int colours,
        long data)
        implements StoredImage {
    private static final int VERSION_OFFSET = 3;
    private static final int SCREEN_OFFSET = 6;
    private static final int PALETTE_OFFSET = 13;
    private static final int PALETTE_FLAG = 0x80;
    private static final int PALETTE_SIZE = 7;
    private static final int INTERLACE_FLAG = 0x40;
    private static final int TRANSPARENT_FLAG = 1;
    private static final int EXTENSION = 0x21;
    private static final int CONTROL = 0xF9;
    private static final int CONTROL_LENGTH = 4;
    private static final int FRAME = 0x2C;
    private static final int TRAILER = 0x3B;

    /**
     * Reads up to the pixels of the first frame.
     *
     * @throws BadImageException if it is damaged
     */
    static GifHeader of(ChannelInput input) throws IOException, BadImageException {
        input.setByteOrder(ByteOrder.LITTLE_ENDIAN);
        input.seek(VERSION_OFFSET + 1);
        int version = input.readUnsignedByte();
        if ((version != '7' && version != '9') || input.readUnsignedByte() != 'a') {
            throw new BadImageException("damaged: it is neither GIF87a nor GIF89a");
        }
        input.seek(SCREEN_OFFSET);
        int width = input.readUnsignedShort();
        int height = input.readUnsignedShort();
        int flags = input.readUnsignedByte();
        int colours = colours(flags);
        input.seek(PALETTE_OFFSET + 3L * colours);
        int outside = 0;
        while (true) {
            int block = input.readUnsignedByte();
            if (block == EXTENSION) {
                int transparent = extension(input);
                outside = transparent < 0 ? outside : transparent;
            } else if (block == FRAME) {
                return frame(input, width, height, outside, colours);
            } else if (block == TRAILER) {
                throw new BadImageException("it is a GIF without a frame");
            } else if (block != 0) {
                throw new BadImageException("damaged: a block of it is none of GIF");
            }
        }
    }

    private static int colours(int flags) {
        return (flags & PALETTE_FLAG) == 0 ? 0 : 2 << (flags & PALETTE_SIZE);
    }

    /** Skips an extension; returns the transparent index if it defines one, otherwise -1. */
    private static int extension(ChannelInput input) throws IOException {
        boolean control = input.readUnsignedByte() == CONTROL;
        int transparent = -1;
        for (int length = input.readUnsignedByte(); length > 0; length = input.readUnsignedByte()) {
            long next = input.getStreamPosition() + length;
            if (control && length >= CONTROL_LENGTH) {
                int flags = input.readUnsignedByte();
                input.readUnsignedShort();
                int index = input.readUnsignedByte();
                transparent = (flags & TRANSPARENT_FLAG) == 0 ? transparent : index;
            }
            input.seek(next);
        }
        return transparent;
    }

    private static GifHeader frame(ChannelInput input, int width, int height, int outside, int global)
            throws IOException, BadImageException {
        int left = input.readUnsignedShort();
        int top = input.readUnsignedShort();
        int frameWidth = input.readUnsignedShort();
        int frameHeight = input.readUnsignedShort();
        int flags = input.readUnsignedByte();
        StoredImage.check(frameWidth, frameHeight);
        int local = colours(flags);
        long palette = local > 0 ? input.getStreamPosition() : PALETTE_OFFSET;
        return new GifHeader(
                Math.max(height, top + frameHeight),
                Math.max(width, left + frameWidth),
                top,
                left,
                frameHeight,
                frameWidth,
                (flags & INTERLACE_FLAG) != 0,
                outside,
                palette,
                local > 0 ? local : global,
                input.getStreamPosition() + 3L * local);
    }
}

package io.bandpass.image;

import java.nio.ByteBuffer;

/**
 * The memory of pixels that a decoder is to write, with marks in it that show whether it did. A decoder that leaves some
 * out would otherwise hand on what lay there before, another image's colours perhaps, without a word.
 */
final class DecodedMemory {
    /** Edge of the squares of which one pixel is marked; decoders work in rows, or in squares at least as large. */
    private static final int STEP = 16;

    private static final long MARK = 0x9D37E25BC8741FA6L;

    private final ByteBuffer memory;
    private final int height;
    private final int width;
    private final int pixelBytes;
    private long mark = MARK;

    /**
     * Memory of an image.
     *
     * @param memory the pixels, or as many of them as fit in a buffer
     * @param pixelBytes length of a pixel
     */
    DecodedMemory(ByteBuffer memory, int height, int width, int pixelBytes) {
        this.memory = memory;
        this.height = height;
        this.width = width;
        this.pixelBytes = pixelBytes;
    }

    void mark() {
        for (int y = height - 1; y >= 0; y -= STEP) {
            for (int x = width - 1; x >= 0; x -= STEP) {
                long position = position(y, x);
                for (int i = 0; i < pixelBytes && position < memory.capacity() - i; i++) {
                    memory.put((int) position + i, at(i));
                }
            }
        }
    }

    /** Marks the pixels in another colour, of which no byte is the same. */
    void markOtherwise() {
        mark = ~mark;
        mark();
    }

    /** Whether a pixel has the mark. */
    boolean isMarked() {
        for (int y = height - 1; y >= 0; y -= STEP) {
            for (int x = width - 1; x >= 0; x -= STEP) {
                long position = position(y, x);
                int i = 0;
                while (i < pixelBytes && position < memory.capacity() - i && memory.get((int) position + i) == at(i)) {
                    i++;
                }
                if (i == pixelBytes) {
                    return true;
                }
            }
        }
        return false;
    }

    private long position(int y, int x) {
        return ((long) y * width + x) * pixelBytes;
    }

    private byte at(int index) {
        return (byte) (mark >>> (Byte.SIZE * index));
    }
}

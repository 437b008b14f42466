package io.bandpass.image;

import java.nio.ByteBuffer;

/**
 * Memory for decoded pixels, marked to detect whether a decoder wrote it. Otherwise a decoder that skips pixels would
 * silently return earlier content of the memory, such as another image.
 */
final class DecodedMemory {
    /** Edge of the squares with one marked pixel each; decoders work in rows, or in squares at least as large. */
    private static final int STEP = 16;

    private static final long MARK = 0x9D37E25BC8741FA6L;

    private final ByteBuffer memory;
    private final int height;
    private final int width;
    private final int pixelBytes;
    private long mark = MARK;

    /**
     * Wraps the memory of an image.
     *
     * @param memory the pixels, or as many of them as fit into a buffer
     * @param pixelBytes bytes per pixel
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

    /** Marks the pixels with another colour that differs in every byte. */
    void markOtherwise() {
        mark = ~mark;
        mark();
    }

    /** Returns whether any pixel still has the mark. */
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

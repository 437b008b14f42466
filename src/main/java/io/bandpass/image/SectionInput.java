package io.bandpass.image;

import java.io.IOException;
import java.io.InputStream;

/** A section of a file, which can be read in alternation with others. */
final class SectionInput extends InputStream {
    private static final int PORTION = 8192;

    private final ChannelInput file;
    private final boolean reversed;
    private final byte[] portion = new byte[PORTION];
    private long position;
    private long left;
    private int next;
    private int end;

    /**
     * Opens a section.
     *
     * @param reversed whether the bits of each byte are in reverse order
     */
    SectionInput(ChannelInput file, long start, long length, boolean reversed) {
        this.file = file;
        this.reversed = reversed;
        position = start;
        left = length;
    }

    @Override
    public int read() throws IOException {
        return next < end || fill() ? portion[next++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (next >= end && !fill()) {
            return -1;
        }
        int count = Math.min(length, end - next);
        System.arraycopy(portion, next, target, offset, count);
        next += count;
        return count;
    }

    private boolean fill() throws IOException {
        if (left <= 0) {
            return false;
        }
        file.seek(position);
        int count = file.read(portion, 0, (int) Math.min(PORTION, left));
        if (count < 0) {
            return false;
        }
        for (int i = 0; reversed && i < count; i++) {
            portion[i] = (byte) (Integer.reverse(portion[i]) >>> 24);
        }
        position += count;
        left -= count;
        next = 0;
        end = count;
        return true;
    }
}

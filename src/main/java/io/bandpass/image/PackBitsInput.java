package io.bandpass.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Decompresses PackBits (TIFF 6.0, section 9). */
final class PackBitsInput extends BytewiseInput {
    private static final int NOTHING = 128;
    private static final int SAME = 257;

    private final InputStream runs;
    private int left;
    private int repeated = -1;

    PackBitsInput(InputStream runs) {
        this.runs = runs;
    }

    @Override
    int next() throws IOException {
        while (left == 0) {
            int head = runs.read();
            if (head < 0) {
                return -1;
            }
            if (head != NOTHING) {
                left = head < NOTHING ? head + 1 : SAME - head;
                repeated = head < NOTHING ? -1 : require();
            }
        }
        left--;
        return repeated >= 0 ? repeated : require();
    }

    private int require() throws IOException {
        int value = runs.read();
        if (value < 0) {
            throw new EOFException("a run is cut off");
        }
        return value;
    }
}

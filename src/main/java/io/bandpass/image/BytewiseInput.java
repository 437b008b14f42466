package io.bandpass.image;

import java.io.IOException;
import java.io.InputStream;

/** A stream decoded byte by byte; block reads are loops of single reads. */
abstract class BytewiseInput extends InputStream {
    /** Returns the next byte, 0 to 255, or -1 at the end. */
    abstract int next() throws IOException;

    @Override
    public final int read() throws IOException {
        return next();
    }

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        for (int i = 0; i < length; i++) {
            int value = next();
            if (value < 0) {
                return i == 0 ? -1 : i;
            }
            target[offset + i] = (byte) value;
        }
        return length;
    }
}

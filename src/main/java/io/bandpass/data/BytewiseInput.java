package io.bandpass.data;

import java.io.IOException;
import java.io.InputStream;

/** A stream that is decoded byte by byte; a block of them is so many single reads. */
abstract class BytewiseInput extends InputStream {
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        for (int i = 0; i < length; i++) {
            int value = read();
            if (value < 0) {
                return i == 0 ? -1 : i;
            }
            target[offset + i] = (byte) value;
        }
        return length;
    }
}

package io.bandpass.labelmap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Collects the bytes of an image that is written as text, up to a limit. */
final class BoundedBytes extends OutputStream {
    private static final int MOST = 1 << 28;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (bytes.size() + length > MOST) {
            throw new IOException("it holds an image of more than 256 MiB");
        }
        bytes.write(source, offset, length);
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}

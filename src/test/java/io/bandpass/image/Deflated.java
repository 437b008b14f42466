package io.bandpass.image;

import java.util.Arrays;
import java.util.zip.Deflater;

/** Compresses as PNG and TIFF do. */
final class Deflated {
    private Deflated() {}

    static byte[] of(byte[] plain) {
        Deflater deflater = new Deflater();
        deflater.setInput(plain);
        deflater.finish();
        byte[] target = new byte[2 * plain.length + 64];
        int length = deflater.deflate(target);
        deflater.end();
        return Arrays.copyOf(target, length);
    }
}

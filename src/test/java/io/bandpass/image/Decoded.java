package io.bandpass.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Images decoded from bytes, the way that files are. */
final class Decoded {
    private Decoded() {}

    static RgbImage of(byte[] encoded) throws BadImageException {
        return of(encoded, Reduction.NONE, Long.MAX_VALUE);
    }

    static RgbImage of(byte[] encoded, Reduction reduction) throws BadImageException {
        return of(encoded, reduction, Long.MAX_VALUE);
    }

    static RgbImage of(byte[] encoded, Reduction reduction, long maxPixels) throws BadImageException {
        try {
            Path file = Files.createTempFile("decoded", "");
            try {
                Files.write(file, encoded);
                return ImageDecoder.read(file, reduction, maxPixels);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

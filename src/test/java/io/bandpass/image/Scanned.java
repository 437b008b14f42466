package io.bandpass.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What a scan sees in a file. */
final class Scanned {
    private Scanned() {}

    static HeaderCheck of(byte[] content) throws IOException {
        Path file = Files.createTempFile("scanned", "");
        try {
            Files.write(file, content);
            return ImageHeader.check(file, Files.readAttributes(file, BasicFileAttributes.class), true);
        } finally {
            Files.delete(file);
        }
    }
}

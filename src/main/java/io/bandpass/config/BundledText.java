package io.bandpass.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Text files bundled with the program. */
final class BundledText {
    private BundledText() {}

    /**
     * Reads a file.
     *
     * @param name path among the resources
     */
    static String read(String name) {
        try (InputStream stream = BundledText.class.getResourceAsStream("/" + name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing from this build");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

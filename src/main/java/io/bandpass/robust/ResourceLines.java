package io.bandpass.robust;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Lists of facts in this jar: a line each, and comments. */
final class ResourceLines {
    private static final String COMMENT = "#";

    private ResourceLines() {}

    /**
     * Reads a list.
     *
     * @param resource path from the root of the jar, with a slash
     */
    static List<String> of(String resource) {
        try (InputStream stream = Objects.requireNonNull(ResourceLines.class.getResourceAsStream(resource), resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith(COMMENT))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.bandpass.labelmap;

import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.Utf8Text;
import io.bandpass.image.BadImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads small text files that lie beside images. */
final class TextLines {
    private static final long LONGEST = 1L << 26;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private TextLines() {}

    /**
     * Returns the lines of a file, without white space around them; empty lines are left out.
     *
     * @param what the file should hold, for messages
     * @throws DataException if it is no UTF-8 text, or larger than 64 MiB
     */
    static List<String> of(Path file, String what) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new DataException(FileNames.text(file) + " is larger than 64 MiB, but should hold " + what);
            }
            Utf8Text.check(file);
            return Files.readString(file, StandardCharsets.UTF_8)
                    .replace(BYTE_ORDER_MARK, "")
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new DataException(FileNames.text(file) + " cannot be read as UTF-8 text with " + what + ": "
                    + BadImageException.unreadable(e).reason());
        }
    }
}

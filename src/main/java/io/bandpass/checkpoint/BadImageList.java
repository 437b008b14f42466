package io.bandpass.checkpoint;

import io.bandpass.format.AtomicFiles;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writer of {@code bad_images.txt}: name, tab and reason of each unreadable image. */
public final class BadImageList {
    private BadImageList() {}

    public static void write(Path file, Map<String, String> reasons) throws IOException {
        StringBuilder text = new StringBuilder();
        reasons.forEach((name, reason) ->
                text.append(oneLine(name)).append('\t').append(oneLine(reason)).append('\n'));
        AtomicFiles.writeText(file, text.toString());
    }

    /** Escapes a text for one line, as file names may contain tabs and line breaks. */
    private static String oneLine(String text) {
        return PrintableText.of(text);
    }
}

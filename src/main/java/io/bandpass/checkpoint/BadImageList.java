package io.bandpass.checkpoint;

import io.bandpass.format.AtomicFiles;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The file {@code bad_images.txt}: name, tab and reason of each image that could not be read. */
public final class BadImageList {
    private BadImageList() {}

    public static void write(Path file, Map<String, String> reasons) throws IOException {
        StringBuilder text = new StringBuilder();
        reasons.forEach((name, reason) ->
                text.append(oneLine(name)).append('\t').append(oneLine(reason)).append('\n'));
        AtomicFiles.writeText(file, text.toString());
    }

    /** Names of files may hold tabs and line ends. */
    private static String oneLine(String text) {
        return PrintableText.of(text);
    }
}

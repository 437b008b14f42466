package io.bandpass.inference;

import io.bandpass.format.AtomicFiles;
import io.bandpass.text.PrintableText;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A text file with the name of each row in a line. */
final class NameList {
    private NameList() {}

    static void write(Path file, List<String> names) throws IOException {
        AtomicFiles.write(file, aside -> {
            try (BufferedWriter writer = Files.newBufferedWriter(aside)) {
                for (String name : names) {
                    // Names of files may hold line ends.
                    writer.write(PrintableText.of(name) + "\n");
                }
            }
        });
    }
}

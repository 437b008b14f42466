package io.bandpass.inference;

import io.bandpass.format.AtomicFiles;
import io.bandpass.text.PrintableText;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writer of a text file with one row name per line. */
final class NameList {
    private NameList() {}

    static void write(Path file, List<String> names) throws IOException {
        AtomicFiles.write(file, staging -> {
            try (BufferedWriter writer = Files.newBufferedWriter(staging)) {
                for (String name : names) {
                    // File names may contain line breaks.
                    writer.write(PrintableText.of(name) + "\n");
                }
            }
        });
    }
}

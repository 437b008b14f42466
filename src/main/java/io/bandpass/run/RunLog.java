package io.bandpass.run;

import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writer of train.log: the lines of a run, with times. */
final class RunLog implements AutoCloseable {
    private final Writer writer;

    RunLog(Path file) throws IOException {
        writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void line(String line) {
        try {
            writer.write(Instant.now().truncatedTo(ChronoUnit.SECONDS) + "  " + PrintableText.ofLines(line) + "\n");
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("train.log cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}

package io.bandpass.inference;

import io.bandpass.format.AtomicFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** CSV file (RFC 4180, but with LF line ends), written row by row. It appears only when complete. */
final class CsvFile implements AutoCloseable {
    private final Path file;
    private final Path rows;
    private final BufferedWriter writer;

    CsvFile(Path file) throws IOException {
        this.file = file.toAbsolutePath();
        Path folder = this.file.getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " has no folder");
        }
        rows = Files.createTempFile(folder, ".writing-rows-", "");
        try {
            writer = Files.newBufferedWriter(rows);
        } catch (IOException e) {
            Files.deleteIfExists(rows);
            throw e;
        }
    }

    void row(List<String> cells) throws IOException {
        writer.write(cells.stream().map(CsvFile::quoted).collect(Collectors.joining(",", "", "\n")));
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> ",\"\n\r".indexOf(c) >= 0);
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    /** Puts the complete table into place; no rows may follow. */
    void finish() throws IOException {
        writer.close();
        // Copied, not renamed: a temporary file is readable by its owner only.
        AtomicFiles.write(file, staging -> {
            try (OutputStream out = Files.newOutputStream(staging)) {
                Files.copy(rows, out);
            }
        });
    }

    @Override
    public void close() throws IOException {
        try {
            // Flushes the buffer, which fails again on a full disk.
            writer.close();
        } finally {
            Files.deleteIfExists(rows);
        }
    }
}

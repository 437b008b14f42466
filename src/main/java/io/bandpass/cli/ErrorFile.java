package io.bandpass.cli;

import io.bandpass.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The file in which torchrun expects the reason of a failure, which its summary then shows. */
final class ErrorFile {
    private static final String VARIABLE = "TORCHELASTIC_ERROR_FILE";

    private ErrorFile() {}

    /** Writes the reason, if the environment names a file. */
    static void write(Map<String, String> environment, String reason) {
        String file = environment.get(VARIABLE);
        if (file == null || file.isBlank()) {
            return;
        }
        long seconds = System.currentTimeMillis() / 1000;
        Map<String, Object> content = Map.of(
                "message",
                Map.of("message", FlagNames.in(reason), "extraInfo", Map.of("timestamp", String.valueOf(seconds))));
        try {
            Files.writeString(Path.of(file), Json.line(content));
        } catch (IOException e) {
            Terminal.error("the launcher's error file cannot be written: " + e.getMessage());
        }
    }
}

package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration that a run has stored in its folder. */
public final class StoredConfig {
    private StoredConfig() {}

    /** Reads it; what is no text in UTF-8 is refused, and not read with other characters in place of what is wrong. */
    public static <T extends Record & RunConfig> T read(Class<T> type, Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw RunFolder.damaged(file, "is not UTF-8");
        }
        return ConfigBuilder.fromStored(type, text, file.toString());
    }
}

package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reader of the configuration that a run stored in its folder. */
public final class StoredConfig {
    private StoredConfig() {}

    /** Reads a stored configuration. Rejects text that is not valid UTF-8 instead of replacing malformed characters. */
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

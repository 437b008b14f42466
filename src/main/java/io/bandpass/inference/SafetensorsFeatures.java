package io.bandpass.inference;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.format.Safetensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Safetensors writer of one tensor, with its row names as a JSON list in the header, or in a separate file if long. */
final class SafetensorsFeatures extends TensorFeatures {
    /** Limit on names in the header: readers allocate it at once, and some reject large ones. */
    private static final int MOST_NAMES_BYTES = 4 << 20;

    private static final String NAMES_FILE = "names_file";

    private final String tensor;

    SafetensorsFeatures(Path file, String tensor) throws IOException {
        super(file);
        this.tensor = tensor;
    }

    @Override
    public void finish(Map<String, String> metadata) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(metadata);
        putNames(file, names, all);
        try {
            Safetensors.writeRows(file, Map.of(tensor, List.of(rows)), all);
        } catch (IOException e) {
            if (all.containsKey(NAMES_FILE)) {
                Files.deleteIfExists(namesBeside(file));
            }
            throw e;
        }
    }

    /** Puts names into the metadata, or into a separate file that the metadata names. */
    static void putNames(Path file, List<String> names, Map<String, String> metadata) throws IOException {
        String json = new ObjectMapper().writeValueAsString(names);
        if (json.getBytes(StandardCharsets.UTF_8).length <= MOST_NAMES_BYTES) {
            metadata.put("names", json);
        } else {
            Path namesFile = namesBeside(file);
            NameList.write(namesFile, names);
            metadata.put(NAMES_FILE, String.valueOf(namesFile.getFileName()));
        }
    }
}

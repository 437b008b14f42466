package io.bandpass.inference;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.format.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One tensor, with the names of its rows in the header as a JSON list, or beside it if they are many. */
final class SafetensorsFeatures extends TensorFeatures {
    /** Readers allocate the header at once, and some refuse large ones. */
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

    /** Puts names into metadata, or into a file beside that the metadata names. */
    static void putNames(Path file, List<String> names, Map<String, String> metadata) throws IOException {
        String json = new ObjectMapper().writeValueAsString(names);
        if (json.length() <= MOST_NAMES_BYTES) {
            metadata.put("names", json);
        } else {
            Path beside = namesBeside(file);
            NameList.write(beside, names);
            metadata.put(NAMES_FILE, String.valueOf(beside.getFileName()));
        }
    }
}

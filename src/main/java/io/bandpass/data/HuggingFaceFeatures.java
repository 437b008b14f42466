package io.bandpass.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/** The description of its columns that Hugging Face's {@code datasets} stores in a Parquet file, as JSON. */
final class HuggingFaceFeatures {
    /** Key of the file's metadata under which it stands. */
    static final String KEY = "huggingface";

    /** Maximum number of characters; those of a set with 20,000 classes are a few hundred thousand. */
    static final int LONGEST = 1 << 22;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private HuggingFaceFeatures() {}

    /**
     * Returns the class names of the column of labels, by label; empty if it has none.
     *
     * @throws JsonProcessingException if this is no such JSON
     */
    static List<String> classNames(String json) throws JsonProcessingException {
        List<String> names = new ArrayList<>();
        JsonNode label = MAPPER.readTree(json).path("info").path("features").path(ShardLabels.COLUMN);
        for (JsonNode name : label.path("names")) {
            names.add(name.asText());
        }
        return names;
    }
}

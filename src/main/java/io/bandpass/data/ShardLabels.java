package io.bandpass.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Labels in shards: the index of a class as text in {@code .cls}, in a field of {@code .json}, or in a column {@code
 * label}.
 */
final class ShardLabels {
    /** Extension of a label as text. */
    static final String TEXT = "cls";

    /** Extension of a JSON object. */
    static final String JSON = "json";

    /** Label of a sample whose text is no class index. */
    static final int NO_NUMBER = -2;

    /** Label of a sample whose JSON has no class index. */
    static final int NO_FIELD = -3;

    /** Label of a row of a Parquet file that has no column of labels. */
    static final int NO_COLUMN = -4;

    /** Label of a row whose label is null, or -1, as Hugging Face writes it for unlabelled images. */
    static final int NULL = -5;

    /** Label of a row whose label is no class index. */
    static final int NO_INDEX = -6;

    /** Name of the column of labels in a Parquet file. */
    static final String COLUMN = "label";

    /** Maximum number of classes. A larger index is taken for a mistake, as there is a name for each class up to it. */
    static final int MOST_CLASSES = 1_000_000;

    /** Maximum number of bytes of a JSON object. */
    static final int LONGEST_JSON = 1 << 20;

    /** Maximum number of bytes of a label as text. */
    static final int LONGEST_TEXT = 32;

    private static final List<String> FIELDS = List.of("label", "cls", "class");
    private static final int MOST_DIGITS = 7;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ShardLabels() {}

    /** Returns the class index in a text; {@link #NO_NUMBER} if it has none. */
    static int ofText(byte[] text) {
        return ofDigits(new String(text, StandardCharsets.UTF_8).strip(), NO_NUMBER);
    }

    /** Returns the class index in a JSON object; {@link #NO_FIELD} if it has none. */
    static int ofJson(byte[] json) {
        try {
            JsonNode root = MAPPER.readTree(json);
            for (String field : FIELDS) {
                JsonNode value = root.get(field);
                if (value != null && value.isIntegralNumber()) {
                    return ofDigits(value.asText(), NO_FIELD);
                }
            }
        } catch (IOException e) {
            // As good as a JSON object without a label.
        }
        return NO_FIELD;
    }

    /** Returns the class index in a column of labels; {@link #NULL} or {@link #NO_INDEX} if it has none. */
    static int ofColumn(long label) {
        if (label == ImageSource.UNLABELLED) {
            return NULL;
        }
        return label < 0 || label >= MOST_CLASSES ? NO_INDEX : (int) label;
    }

    private static int ofDigits(String text, int otherwise) {
        if (text.isEmpty()
                || text.length() > MOST_DIGITS
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')
                || Integer.parseInt(text) >= MOST_CLASSES) {
            return otherwise;
        }
        return Integer.parseInt(text);
    }

    /** Returns why a sample without a class index has none, as a clause. */
    static String absence(String name, int label) {
        return switch (label) {
            case NO_NUMBER ->
                "the label of " + name + ", its part ." + TEXT + ", is no whole number from 0 to " + (MOST_CLASSES - 1);
            case NO_FIELD ->
                "the part ." + JSON + " of " + name + " has no whole number from 0 to " + (MOST_CLASSES - 1)
                        + " in its field label, cls or class";
            case NO_COLUMN -> "the file of " + name + " has no column " + COLUMN + " of whole numbers (INT32 or INT64)";
            case NULL -> name + " has no label: its column " + COLUMN + " holds null or -1";
            case NO_INDEX ->
                "the label of " + name + ", in its column " + COLUMN + ", is no whole number from 0 to "
                        + (MOST_CLASSES - 1);
            default -> name + " has no label, no part ." + TEXT + " or ." + JSON;
        };
    }
}

package io.bandpass.format;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A column of a Parquet file that holds values; a struct is no column, but each of its fields is one.
 *
 * @param number position among the columns
 * @param path its name, preceded by those of the structs around it
 * @param text whether it is declared to hold text
 * @param maxDefinition definition level of a value; a lower one stands for null
 * @param repeated whether a row may have several values
 */
public record ParquetColumn(
        int number, List<String> path, Type type, boolean text, int maxDefinition, boolean repeated) {
    /** Physical types. */
    public enum Type {
        BOOLEAN(0, 0),
        INT32(1, Integer.BYTES),
        INT64(2, Long.BYTES),
        INT96(3, 12),
        FLOAT(4, Float.BYTES),
        DOUBLE(5, Double.BYTES),
        BYTE_ARRAY(6, 0),
        FIXED_LEN_BYTE_ARRAY(7, 0);

        private final int code;
        private final int width;

        Type(int code, int width) {
            this.code = code;
            this.width = width;
        }

        /** The type's code in the format. */
        int code() {
            return code;
        }

        static Optional<Type> of(int code) {
            return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
        }

        /** Number of bytes of a value, 0 if it is not the same for all. */
        int width() {
            return width;
        }
    }

    /** Path with dots, for messages. */
    public String name() {
        return String.join(".", path);
    }
}

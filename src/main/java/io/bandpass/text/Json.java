package io.bandpass.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.OptionalDouble;

/**
 * JSON as Bandpass writes it. JSON cannot represent NaN and infinities: a non-finite number is written as {@code null}
 * in trees, maps and records alike, not as the text {@code "NaN"}.
 */
public final class Json {
    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    /** Returns a mapper that writes non-finite numbers as {@code null}. */
    public static ObjectMapper mapper() {
        return JsonMapper.builder(JsonFactory.builder()
                        .addDecorator((factory, generator) -> new NullForNotFinite(generator))
                        .build())
                .build();
    }

    /** Writes a value on one line. */
    public static String line(Object value) throws JsonProcessingException {
        return MAPPER.writeValueAsString(value);
    }

    /** Writes a value as the text of a file, indented and with line breaks. */
    public static String pretty(Object value) throws JsonProcessingException {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    }

    /** Reads a number; empty if it was written as {@code null} or, by version 0.1.0, as the text {@code "NaN"}. */
    public static OptionalDouble finite(JsonNode node) {
        double value = node.asDouble(Double.NaN);
        return node.isNull() || !Double.isFinite(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Delegates everything except non-finite numbers. */
    private static final class NullForNotFinite extends JsonGeneratorDelegate {
        NullForNotFinite(JsonGenerator generator) {
            super(generator, false);
        }

        @Override
        public void writeNumber(double value) throws IOException {
            if (Double.isFinite(value)) {
                super.writeNumber(value);
            } else {
                writeNull();
            }
        }

        @Override
        public void writeNumber(float value) throws IOException {
            if (Float.isFinite(value)) {
                super.writeNumber(value);
            } else {
                writeNull();
            }
        }

        @Override
        public void writeArray(double[] values, int offset, int length) throws IOException {
            writeStartArray(values, length);
            for (int i = offset; i < offset + length; i++) {
                writeNumber(values[i]);
            }
            writeEndArray();
        }
    }
}

package io.bandpass.labelmap;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.bandpass.image.BadImageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a JSON file piece by piece, so that files of any size take no more memory than their largest shape. Reasons of
 * exceptions are to follow the name of what was read, as in "has no points that is a list".
 */
final class JsonPieces implements Closeable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_NAME = 1000;

    /** Reads the value of a field, or passes over it with {@link #skip}. */
    interface Field {
        void read(String name) throws IOException, BadImageException;
    }

    /** Reads an element of an array, or passes over it with {@link #skip}. */
    interface Element {
        void read() throws IOException, BadImageException;
    }

    /** Reads a file. */
    interface Reading {
        void read(JsonPieces json) throws IOException, BadImageException;
    }

    private final JsonParser parser;

    private JsonPieces(InputStream input) throws IOException {
        parser = JSON.createParser(input);
    }

    /**
     * Reads a file from an offset in bytes.
     *
     * @throws BadImageException if it cannot be read, is no JSON, or not what is expected of it
     */
    static void read(Path file, long offset, Reading reading) throws BadImageException {
        // Unlike a channel of our own, this stream is not closed by an interrupt, after which the image would count as
        // bad.
        try (InputStream input = Files.newInputStream(file);
                JsonPieces json = new JsonPieces(startingAt(input, offset))) {
            json.parser.nextToken();
            reading.read(json);
        } catch (StreamConstraintsException e) {
            throw new BadImageException("is nested too deeply, or has a name, text or number that is too long");
        } catch (JsonProcessingException e) {
            String line =
                    e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
            throw new BadImageException("is not sound JSON" + line);
        } catch (IOException e) {
            throw new BadImageException(
                    "cannot be read: " + BadImageException.unreadable(e).reason());
        }
    }

    private static InputStream startingAt(InputStream input, long offset) throws IOException {
        input.skipNBytes(offset);
        return input;
    }

    /** Reads the fields of an object. */
    void object(String what, Field field) throws IOException, BadImageException {
        expect(JsonToken.START_OBJECT, what, "an object");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            field.read(name);
        }
    }

    /** Reads the elements of an array. */
    void array(String what, Element element) throws IOException, BadImageException {
        expect(JsonToken.START_ARRAY, what, "a list");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    private void expect(JsonToken token, String what, String wanted) throws BadImageException {
        if (parser.currentToken() != token) {
            throw new BadImageException("has no " + what + " that is " + wanted);
        }
    }

    boolean isArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    boolean isText() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    boolean isNumber() {
        return parser.currentToken() != null && parser.currentToken().isNumeric();
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    String text(String what) throws IOException, BadImageException {
        expect(JsonToken.VALUE_STRING, what, "a text");
        return parser.getText();
    }

    /** Reads a text that people read, which has an end. */
    String name(String what) throws IOException, BadImageException {
        String name = text(what);
        if (name.length() > LONGEST_NAME) {
            throw new BadImageException("has a " + what + " of more than " + LONGEST_NAME + " characters");
        }
        return name;
    }

    double number(String what) throws IOException, BadImageException {
        if (!isNumber()) {
            throw new BadImageException("has " + what + " with a value that is no number");
        }
        return parser.getDoubleValue();
    }

    /** Reads a whole number from 0 on. */
    long whole(String what) throws IOException, BadImageException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || parser.getLongValue() < 0) {
            throw new BadImageException("has no " + what + " that is a whole number from 0 on");
        }
        return parser.getLongValue();
    }

    /** Adds the numbers of a list, also those of lists in it, to others. */
    void numbers(String what, NumberList numbers) throws IOException, BadImageException {
        array(what, () -> {
            if (isArray()) {
                numbers(what, numbers);
            } else {
                numbers.add(number(what));
            }
        });
    }

    /** Decodes a text in base64. */
    byte[] binary(String what) throws IOException, BadImageException {
        expect(JsonToken.VALUE_STRING, what, "a text");
        BoundedBytes bytes = new BoundedBytes();
        parser.readBinaryValue(Base64Variants.MIME_NO_LINEFEEDS, bytes);
        return bytes.toByteArray();
    }

    /** Passes over a value. */
    void skip() throws IOException {
        parser.skipChildren();
    }

    /** The offset in bytes at which the current object or list begins. */
    long offset() {
        return parser.currentTokenLocation().getByteOffset();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}

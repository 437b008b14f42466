package io.bandpass.data;

import io.bandpass.image.BadImageException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows of an array of integers in a NumPy file (format versions 1 to 3, C order, little-endian).
 *
 * @param shape of the whole array
 * @param width bytes per value: 1, 2, 4 or 8
 * @param values the rows that were read, row-major
 */
record NpyArray(long[] shape, int width, byte[] values) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST_HEADER = 1 << 16;
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<|=][ui])([1248])'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*False");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(((?:\\s*\\d{1,10}\\s*,?)+)\\)");

    /**
     * Reads rows of a file.
     *
     * @param from first row
     * @param count number of rows; negative for all that follow
     * @throws DataException if it is no such file, or it does not have these rows
     */
    static NpyArray read(Path file, long from, long count) {
        try (DataInputStream input =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            String header = header(file, input);
            Matcher type = TYPE.matcher(header);
            Matcher sizes = SHAPE.matcher(header);
            if (!type.find() || !sizes.find() || !ORDER.matcher(header).find()) {
                throw new DataException(
                        file + " must hold an array of integers in C order, but its header is " + header.strip());
            }
            long[] shape = Arrays.stream(sizes.group(1).split(","))
                    .map(String::strip)
                    .filter(size -> !size.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
            int width = Integer.parseInt(type.group(2));
            return new NpyArray(shape, width, rows(file, input, shape, width, from, count));
        } catch (EOFException e) {
            throw new DataException(file + " ends before the values that its header claims; it is truncated");
        } catch (IOException e) {
            throw new DataException(
                    file + " cannot be read: " + BadImageException.unreadable(e).reason());
        }
    }

    private static String header(Path file, DataInputStream input) throws IOException {
        byte[] magic = input.readNBytes(MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new DataException(file + " is no NumPy file: it does not begin with NUMPY");
        }
        int version = input.readUnsignedByte();
        input.readUnsignedByte();
        int length = Short.toUnsignedInt(Short.reverseBytes(input.readShort()));
        if (version > 1) {
            length |= Short.toUnsignedInt(Short.reverseBytes(input.readShort())) << Short.SIZE;
        }
        if (length < 0 || length > LONGEST_HEADER) {
            throw new DataException(file + " claims a header of " + Integer.toUnsignedString(length)
                    + " bytes, which no array of numbers has");
        }
        byte[] header = new byte[length];
        input.readFully(header);
        return new String(header, StandardCharsets.ISO_8859_1);
    }

    private static byte[] rows(Path file, InputStream input, long[] shape, int width, long from, long count)
            throws IOException {
        long rows = count < 0 ? shape[0] - from : count;
        if (rows < 0 || from + rows > shape[0]) {
            throw new DataException(
                    file + " has " + shape[0] + " rows, but rows up to " + (from + count) + " are needed");
        }
        long row = width;
        for (int axis = 1; axis < shape.length; axis++) {
            // Each length has at most 10 digits: the product overflows neither here nor below before it is refused.
            row = Math.min(Integer.MAX_VALUE, row) * shape[axis];
        }
        // A header of a few bytes may claim anything.
        if (row > 0 && (from + rows) > Files.size(file) / row) {
            throw new EOFException();
        }
        if (rows * row > Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 2)) {
            throw new DataException(file + " holds " + ((rows * row) >> 20)
                    + " MiB in these rows, more than 2 GiB or half of Java's memory; set a larger -Xmx");
        }
        input.skipNBytes(from * row);
        byte[] values = input.readNBytes((int) (rows * row));
        if (values.length < rows * row) {
            throw new EOFException();
        }
        return values;
    }

    /** Returns value i of those that were read, as an unsigned number if it has a single byte. */
    long value(int i) {
        long value = width == 1 ? values[i] & 0xFF : values[i * width + width - 1];
        for (int part = width - 2; part >= 0; part--) {
            value = (value << Byte.SIZE) | (values[i * width + part] & 0xFF);
        }
        return value;
    }

    /** Number of values that were read. */
    int size() {
        return values.length / width;
    }
}

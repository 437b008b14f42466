package io.bandpass.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Locale;

/** Writes tar archives byte by byte, whole ones and others. */
public final class Tars {
    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Adds a file. */
    public Tars file(String name, byte[] content) {
        return header(name, '0', content.length).content(content);
    }

    public Tars file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a small picture that differs with the number, in the format of the ending. */
    public Tars picture(String name, int number) {
        return file(name, Images.encoded(number, 12, 8, name.substring(name.lastIndexOf('.') + 1)));
    }

    /** Adds a picture and its label. */
    public Tars sample(String key, int number, int label) {
        return picture(key + ".png", number).file(key + ".cls", Integer.toString(label));
    }

    /** Adds an extended header of pax, with a record. */
    public Tars pax(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.getBytes(StandardCharsets.UTF_8).length;
        length += Integer.toString(length + Integer.toString(length).length()).length();
        byte[] record = (length + rest).getBytes(StandardCharsets.UTF_8);
        return header("PaxHeader", 'x', record.length).content(record);
    }

    /** Adds a long name of GNU tar. */
    public Tars longName(String name) {
        byte[] content = (name + "\0").getBytes(StandardCharsets.UTF_8);
        return header("././@LongLink", 'L', content.length).content(content);
    }

    /** Adds a header that claims a size. */
    public Tars header(String name, char type, long size) {
        return header(name.getBytes(StandardCharsets.UTF_8), type, String.format(Locale.ROOT, "%011o", size));
    }

    /** Adds a header. */
    public Tars header(byte[] name, char type, String size) {
        byte[] block = new byte[BLOCK];
        System.arraycopy(name, 0, block, 0, Math.min(name.length, 100));
        ByteBuffer.wrap(block, 124, 12).put(size.getBytes(StandardCharsets.US_ASCII));
        block[156] = (byte) type;
        ByteBuffer.wrap(block, 257, 8).put("ustar\00000".getBytes(StandardCharsets.US_ASCII));
        int sum = 8 * ' ';
        for (byte value : block) {
            sum += value & 0xFF;
        }
        ByteBuffer.wrap(block, CHECKSUM, 8)
                .put(String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(block);
        return this;
    }

    /** Adds bytes, and zeros up to the next block. */
    public Tars content(byte[] content) {
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        return this;
    }

    /** The archive without its end mark. */
    public byte[] unended() {
        return bytes.toByteArray();
    }

    /** The archive with its end mark. */
    public byte[] ended() {
        bytes.writeBytes(new byte[2 * BLOCK]);
        return bytes.toByteArray();
    }

    /** Writes the archive with its end mark, as a file that was changed long ago. */
    public Path write(Path file) {
        return write(file, ended());
    }

    /** Writes bytes as a file that was changed long ago, so that an index keeps what is found in it. */
    public static Path write(Path file, byte[] content) {
        Images.write(file, content);
        try {
            return Files.setLastModifiedTime(file, LONG_AGO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

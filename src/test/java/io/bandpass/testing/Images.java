package io.bandpass.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** The small images of src/test/resources/images, their pixels as Pillow sees them, and images drawn by formula. */
public final class Images {
    private Images() {}

    /** Where a stored image lies. */
    public static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(Images.class.getResource("/images/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The bytes of a stored image. */
    public static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that was made by make_images.py. */
    public static JsonNode json(String name) {
        try {
            return new ObjectMapper().readTree(bytes(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of all stored images whose pixels are known. */
    public static List<String> names() {
        Iterator<String> names = json("pillow.json").fieldNames();
        Iterable<String> iterable = () -> names;
        return StreamSupport.stream(iterable.spliterator(), false).toList();
    }

    /** A small photograph-like picture that differs with the number. */
    public static BufferedImage drawn(int number, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = 255 * x / width;
                int green = 255 * y / height;
                int blue = (37 * number + 3 * x + 5 * y) % 256;
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        return image;
    }

    /** Writes a drawn picture; the ending of the file says the format. */
    public static Path write(Path file, int number, int width, int height) {
        String name = String.valueOf(file.getFileName());
        return write(file, encoded(number, width, height, name.substring(name.lastIndexOf('.') + 1)));
    }

    /** Writes bytes, making the folders above them. */
    public static Path write(Path file, byte[] content) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            return Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A drawn picture in a format of ImageIO. */
    public static byte[] encoded(int number, int width, int height, String format) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(drawn(number, width, height), format, output)) {
                throw new AssertionError("no writer for " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return output.toByteArray();
    }

    /** A PNG of a few bytes whose header, checksum and all, claims this size. */
    public static byte[] pngHeader(int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0});
        CRC32 checksum = new CRC32();
        checksum.update(header.array());
        return ByteBuffer.allocate(8 + 4 + 17 + 4)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'})
                .putInt(13)
                .put(header.array())
                .putInt((int) checksum.getValue())
                .array();
    }
}

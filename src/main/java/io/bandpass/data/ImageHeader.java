package io.bandpass.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** What can be told of a file without decoding it. */
final class ImageHeader {
    private static final Set<String> ENDINGS = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "bmp", "tif", "tiff", "gif", "heic", "avif", "jp2",
            "psd");

    private static final int MAGIC_LENGTH = 16;

    static {
        ImageIO.setUseCache(false);
    }

    private ImageHeader() {}

    /** Whether a file counts as one of the set: by its ending or by its first bytes. */
    static boolean looksLikeImage(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))) {
            return true;
        }
        try {
            return Files.isRegularFile(file) && formatOf(firstBytes(file)) != null;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Reads format and size.
     *
     * @throws BadImageException with the reason, if it is no image that can be decoded or too large
     */
    static void check(Path file, long maxPixels) throws BadImageException {
        if (Files.isDirectory(file)) {
            throw new BadImageException(Files.isReadable(file) ? "it is a folder" : "the folder cannot be opened");
        }
        if (!Files.exists(file)) {
            throw new BadImageException(
                    Files.isSymbolicLink(file) ? "it is a link to a file that is not there" : "the file is not there");
        }
        if (!Files.isRegularFile(file)) {
            // Opening a pipe would wait for its writer.
            throw new BadImageException("it is no regular file");
        }
        try {
            byte[] magic = firstBytes(file);
            if (magic.length == 0) {
                throw new BadImageException("the file is empty");
            }
            String format = formatOf(magic);
            if (format == null) {
                throw new BadImageException("its content is none of JPEG, PNG, WebP, BMP, TIFF and GIF");
            }
            checkSize(file, format, maxPixels);
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
    }

    private static void checkSize(Path file, String format, long maxPixels) throws IOException, BadImageException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        if (!readers.hasNext()) {
            throw new IllegalStateException("no reader for " + format + " headers is on the class path");
        }
        ImageReader reader = readers.next();
        try (ImageInputStream input = new ChannelInput(file)) {
            reader.setInput(input, true, true);
            long width = reader.getWidth(0);
            long height = reader.getHeight(0);
            if (width < 1 || height < 1) {
                throw new BadImageException("its header claims " + width + " x " + height + " pixels");
            }
            if (width * height > maxPixels) {
                throw new BadImageException("its header claims " + width + " x " + height
                        + " pixels, more than data.max-pixels " + maxPixels);
            }
        } catch (IOException | RuntimeException e) {
            throw new BadImageException("truncated or damaged: its " + format + " header cannot be read");
        } finally {
            reader.dispose();
        }
    }

    private static byte[] firstBytes(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.readNBytes(MAGIC_LENGTH);
        }
    }

    /** The format's name for ImageIO, by the signatures of the formats' specifications. */
    private static @Nullable String formatOf(byte[] magic) {
        if (starts(magic, 0, 0xFF, 0xD8, 0xFF)) {
            return "jpeg";
        }
        if (starts(magic, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
            return "png";
        }
        if (starts(magic, 0, 'R', 'I', 'F', 'F') && starts(magic, 8, 'W', 'E', 'B', 'P')) {
            return "webp";
        }
        if (starts(magic, 0, 'G', 'I', 'F', '8')) {
            return "gif";
        }
        if (starts(magic, 0, 'B', 'M')) {
            return "bmp";
        }
        if (starts(magic, 0, 'I', 'I', 42, 0) || starts(magic, 0, 'M', 'M', 0, 42)) {
            return "tiff";
        }
        return null;
    }

    private static boolean starts(byte[] magic, int offset, int... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (offset + i >= magic.length || (magic[offset + i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}

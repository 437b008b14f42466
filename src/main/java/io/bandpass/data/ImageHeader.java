package io.bandpass.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/** What can be told of a file without decoding it. */
final class ImageHeader {
    /**
     * Version of the checks. It must change with anything that makes {@link #check} tell something else of a file that
     * lasts: what is kept in an index of another version is not believed.
     */
    static final int CHECKS = 1;

    private static final Set<String> ENDINGS = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "bmp", "tif", "tiff", "gif", "heic", "avif", "jp2",
            "psd");

    /** Holds the headers of nearly all images. */
    private static final int FIRST_PART = 4096;

    private static final int LONG_PART = 1 << 17;

    private static final int PNG_SIZE_OFFSET = 16;
    private static final int PNG_CHUNK_OFFSET = 12;
    private static final int PNG_CHECKSUM_OFFSET = 29;
    private static final int PNG_HEADER_LENGTH = 13;
    private static final int PNG_LENGTH = 33;

    static {
        ImageIO.setUseCache(false);
    }

    private ImageHeader() {}

    /** Whether a file counts as one of the set by its name alone. */
    static boolean isNamedLikeImage(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    /** Whether a file counts as one of the set: by its ending or by its first bytes. */
    static boolean looksLikeImage(Path file) {
        try {
            return isNamedLikeImage(file)
                    || (Files.isRegularFile(file)
                            && ImageFormat.of(firstBytes(file, ImageFormat.MAGIC_LENGTH))
                                    .isPresent());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Reads format and size.
     *
     * @param attributes of the file; null where there are none to be had
     * @param named whether the file counts whatever it holds
     */
    static HeaderCheck check(Path file, @Nullable BasicFileAttributes attributes, boolean named) {
        if (attributes == null) {
            return HeaderCheck.unreadable(
                    Files.isSymbolicLink(file) ? "it is a link to a file that is not there" : "the file is not there");
        }
        if (attributes.isDirectory()) {
            return HeaderCheck.unreadable(Files.isReadable(file) ? "it is a folder" : "the folder cannot be opened");
        }
        if (!attributes.isRegularFile()) {
            // Opening a pipe would wait for its writer.
            return named ? HeaderCheck.unreadable("it is no regular file") : HeaderCheck.other();
        }
        try {
            byte[] part = firstBytes(file, FIRST_PART);
            Optional<ImageFormat> format = ImageFormat.of(part);
            if (format.isPresent()) {
                return size(file, format.get(), part);
            }
            if (!named) {
                return HeaderCheck.other();
            }
            return HeaderCheck.damaged(
                    part.length == 0
                            ? "the file is empty"
                            : "its content is none of JPEG, PNG, WebP, BMP, TIFF and GIF");
        } catch (IOException e) {
            return named
                    ? HeaderCheck.unreadable(BadImageException.unreadable(e).reason())
                    : HeaderCheck.unseen();
        }
    }

    private static HeaderCheck size(Path file, ImageFormat format, byte[] part) throws IOException {
        if (format == ImageFormat.JPEG) {
            Optional<JpegHeader> jpeg = JpegHeader.of(ByteBuffer.wrap(part));
            if (jpeg.isEmpty() && part.length == FIRST_PART) {
                // Cameras put a small picture before the header.
                jpeg = JpegHeader.of(ByteBuffer.wrap(firstBytes(file, LONG_PART)));
            }
            if (jpeg.isPresent()) {
                return HeaderCheck.image(format, jpeg.get().width(), jpeg.get().height());
            }
        }
        if (format == ImageFormat.PNG && isPlainPng(part)) {
            ByteBuffer size = ByteBuffer.wrap(part, PNG_SIZE_OFFSET, 8);
            int width = size.getInt();
            int height = size.getInt();
            if (width > 0 && height > 0) {
                return HeaderCheck.image(format, width, height);
            }
        }
        // Half a header, or a format with more ways to say it: the readers of ImageIO know them all.
        return sizeByImageIo(Files.newByteChannel(file), format);
    }

    private static boolean isPlainPng(byte[] part) {
        if (part.length < PNG_LENGTH) {
            return false;
        }
        CRC32 checksum = new CRC32();
        checksum.update(part, PNG_CHUNK_OFFSET, 4 + PNG_HEADER_LENGTH);
        return ByteBuffer.wrap(part).getInt(PNG_CHECKSUM_OFFSET) == (int) checksum.getValue();
    }

    /**
     * Lets ImageIO read the size.
     *
     * @param channel of the file; closed at the end
     */
    static HeaderCheck sizeByImageIo(SeekableByteChannel channel, ImageFormat format) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.word());
        if (!readers.hasNext()) {
            throw new IllegalStateException("no reader for " + format.word() + " headers is on the class path");
        }
        ImageReader reader = readers.next();
        try (ChannelInput input = new ChannelInput(channel)) {
            HeaderCheck check = sizeBy(reader, input, format);
            // The readers hide an error of the disk in exceptions of their own.
            IOException failure = input.failure();
            return failure == null
                    ? check
                    : HeaderCheck.unreadable(
                            BadImageException.unreadable(failure).reason());
        } finally {
            reader.dispose();
        }
    }

    private static HeaderCheck sizeBy(ImageReader reader, ChannelInput input, ImageFormat format) {
        try {
            reader.setInput(input, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            return width < 1 || height < 1
                    ? HeaderCheck.damaged("its header claims " + width + " x " + height + " pixels")
                    : HeaderCheck.image(format, width, height);
        } catch (IOException | RuntimeException e) {
            return HeaderCheck.damaged("truncated or damaged: its " + format.word() + " header cannot be read");
        }
    }

    private static byte[] firstBytes(Path file, int count) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.readNBytes(count);
        }
    }
}

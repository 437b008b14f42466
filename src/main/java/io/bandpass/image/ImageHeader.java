package io.bandpass.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Checks of a file's name and header, without decoding. */
public final class ImageHeader {
    /**
     * Version of the checks. To be increased with any change to the lasting results of {@link #check}: indexes of
     * another version are ignored.
     */
    public static final int CHECKS = 3;

    private static final Set<String> ENDINGS = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "bmp", "tif", "tiff", "gif", "heic", "avif", "jp2",
            "psd");

    private ImageHeader() {}

    /** Returns whether a file counts as an image by its name alone. */
    public static boolean isNamedLikeImage(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return isImageEnding(name.substring(name.lastIndexOf('.') + 1));
    }

    /** Returns whether the last part of a file's name, in lower case and without the dot, is that of an image. */
    public static boolean isImageEnding(String ending) {
        return ENDINGS.contains(ending);
    }

    /** Returns whether a file counts as an image by its extension or its first bytes. */
    public static boolean looksLikeImage(Path file) {
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
     * Reads format and size of an existing file.
     *
     * @param named whether the file counts whatever its content
     */
    public static HeaderCheck check(Path file, BasicFileAttributes attributes, boolean named) {
        if (attributes.isDirectory()) {
            return HeaderCheck.unreadable(Files.isReadable(file) ? "it is a folder" : "the folder cannot be opened");
        }
        if (!attributes.isRegularFile()) {
            // Opening a pipe would wait for its writer.
            return named ? HeaderCheck.unreadable("it is no regular file") : HeaderCheck.other();
        }
        try {
            return Uninterrupted.read(() -> checkContent(file, named));
        } catch (IOException e) {
            return named
                    ? HeaderCheck.unreadable(BadImageException.unreadable(e).reason())
                    : HeaderCheck.unseen();
        }
    }

    private static HeaderCheck checkContent(Path file, boolean named) throws IOException {
        return check(Files.newByteChannel(file), named);
    }

    /** Reads format and size of an open file, and closes it. */
    public static HeaderCheck check(SeekableByteChannel channel, boolean named) throws IOException {
        // The channel is closed even if its length cannot be read.
        try (channel;
                ChannelInput input = new ChannelInput(channel)) {
            byte[] magic = new byte[ImageFormat.MAGIC_LENGTH];
            int length = Math.max(0, input.read(magic));
            Optional<ImageFormat> format = ImageFormat.of(Arrays.copyOf(magic, length));
            if (format.isPresent()) {
                return size(input, format.get());
            }
            if (!named) {
                return HeaderCheck.other();
            }
            return HeaderCheck.damaged(
                    length == 0 ? "the file is empty" : "its content is none of JPEG, PNG, WebP, BMP, TIFF and GIF");
        }
    }

    /**
     * Reads the EXIF orientation of an image.
     *
     * @return 1 to 8; 1 is upright, also for a file that is no image
     */
    public static int orientation(Path file) throws BadImageException {
        try {
            return Uninterrupted.read(() -> storedOrientation(file));
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
    }

    /** Returns whether the EXIF orientation of an image swaps rows and columns. */
    public static boolean isTurned(Path file) throws BadImageException {
        return orientation(file) >= StoredImage.FIRST_TURNED;
    }

    private static int storedOrientation(Path file) throws IOException {
        try (ChannelInput input = new ChannelInput(Files.newByteChannel(file))) {
            byte[] magic = new byte[ImageFormat.MAGIC_LENGTH];
            Optional<ImageFormat> format = ImageFormat.of(Arrays.copyOf(magic, Math.max(0, input.read(magic))));
            return format.isEmpty()
                    ? ExifOrientation.UPRIGHT
                    : read(input, format.get()).orientation();
        } catch (BadImageException e) {
            return ExifOrientation.UPRIGHT;
        }
    }

    private static HeaderCheck size(ChannelInput input, ImageFormat format) throws IOException {
        try {
            StoredImage image = read(input, format);
            return HeaderCheck.image(format, image.width(), image.height());
        } catch (EOFException e) {
            return HeaderCheck.damaged("truncated or damaged: its " + format.word() + " header cannot be read");
        } catch (BadImageException e) {
            return HeaderCheck.damaged(e.reason());
        }
    }

    /**
     * Reads the header of an image, as far as decoding requires.
     *
     * @throws EOFException if the file ends too early
     * @throws BadImageException if it is damaged, or of an unsupported kind
     */
    static StoredImage read(ChannelInput input, ImageFormat format) throws IOException, BadImageException {
        return switch (format) {
            case JPEG -> JpegHeader.of(input);
            case PNG -> PngHeader.of(input);
            case WEBP -> WebpHeader.of(input);
            case GIF -> GifHeader.of(input);
            case BMP -> BmpHeader.of(input);
            case TIFF -> TiffHeader.of(input);
        };
    }

    private static byte[] firstBytes(Path file, int count) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.readNBytes(count);
        }
    }
}

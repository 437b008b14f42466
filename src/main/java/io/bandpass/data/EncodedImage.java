package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageFormat;
import io.bandpass.image.ImageHeader;
import io.bandpass.image.PngCodec;
import io.bandpass.image.RgbBytes;
import io.bandpass.image.RgbImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;

/** An image as the bytes of a file: as stored, or as PNG where it is stored otherwise. */
public final class EncodedImage {
    /** Opens the bytes. */
    private interface Bytes {
        InputStream open() throws IOException;
    }

    /** Returns whether the bytes are still those that were found. */
    private interface Check {
        boolean isUnchanged() throws IOException;
    }

    private final String extension;
    private final long size;
    private final Bytes bytes;
    private final Check check;

    private EncodedImage(String extension, long size, Bytes bytes, Check check) {
        this.extension = extension;
        this.size = size;
        this.bytes = bytes;
        this.check = check;
    }

    /**
     * Looks up an image.
     *
     * @throws BadImageException if it cannot be read, with the reason
     */
    public static EncodedImage of(ImageSource images, int index) throws BadImageException {
        Optional<Path> file = images.file(index);
        Optional<ArchiveMember> member = images.member(index);
        try {
            if (file.isPresent()) {
                return ofFile(file.get());
            }
            return member.isPresent() ? ofMember(member.get()) : ofPixels(images, index);
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
    }

    private static EncodedImage ofFile(Path file) throws IOException {
        FileFacts facts = FileFacts.of(file);
        String ending = ending(String.valueOf(file.getFileName()));
        return new EncodedImage(
                ImageHeader.isImageEnding(ending) ? ending : ending(ImageHeader.check(file, facts, true)),
                facts.size(),
                () -> Channels.newInputStream(FileChannel.open(file)),
                () -> FileFacts.isUnchanged(file, facts));
    }

    private static EncodedImage ofMember(ArchiveMember member) throws BadImageException, IOException {
        if (!member.isUnchanged()) {
            throw new BadImageException("its shard has changed since it was opened; start again");
        }
        String ending = ending(member.name());
        return new EncodedImage(
                ImageHeader.isImageEnding(ending) ? ending : endingOfContent(member),
                member.length(),
                member.content()::open,
                member::isUnchanged);
    }

    private static String endingOfContent(ArchiveMember member) throws IOException {
        try (InputStream content = member.content().open()) {
            return ImageFormat.of(content.readNBytes(ImageFormat.MAGIC_LENGTH))
                    .orElse(ImageFormat.PNG)
                    .word();
        }
    }

    private static EncodedImage ofPixels(ImageSource images, int index) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = images.read(index);
            byte[] png = PngCodec.encode(new RgbBytes(image.toBytes(), image.height(), image.width()));
            return new EncodedImage(
                    ImageFormat.PNG.word(), png.length, () -> new ByteArrayInputStream(png), () -> true);
        }
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Returns the extension of a file whose name has none of an image. */
    private static String ending(HeaderCheck header) {
        return header.format() == null
                ? ImageFormat.PNG.word()
                : header.format().word();
    }

    /** The extension, in lower case and without a dot. */
    public String extension() {
        return extension;
    }

    /** Number of bytes. */
    public long size() {
        return size;
    }

    /** Opens the bytes, behind which others may follow. */
    public InputStream open() throws IOException {
        return bytes.open();
    }

    /** Returns whether what was read since {@link #of} are the bytes of one state of the file. */
    public boolean isUnchanged() throws IOException {
        return check.isUnchanged();
    }
}

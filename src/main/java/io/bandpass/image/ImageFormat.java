package io.bandpass.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Supported formats, recognised by the signatures of their specifications. */
public enum ImageFormat {
    JPEG(1),
    PNG(2),
    WEBP(3),
    GIF(4),
    BMP(5),
    TIFF(6);

    /** Number of bytes needed to recognise a format. */
    public static final int MAGIC_LENGTH = 16;

    private final int code;

    ImageFormat(int code) {
        this.code = code;
    }

    /** The format's code in an index. */
    public int code() {
        return code;
    }

    public static Optional<ImageFormat> ofCode(int code) {
        return Arrays.stream(values()).filter(format -> format.code == code).findFirst();
    }

    /** The format's name in statistics and messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the format of a file that begins with these bytes. */
    public static Optional<ImageFormat> of(byte[] magic) {
        if (starts(magic, 0, 0xFF, 0xD8, 0xFF)) {
            return Optional.of(JPEG);
        }
        if (starts(magic, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
            return Optional.of(PNG);
        }
        if (starts(magic, 0, 'R', 'I', 'F', 'F') && starts(magic, 8, 'W', 'E', 'B', 'P')) {
            return Optional.of(WEBP);
        }
        if (starts(magic, 0, 'G', 'I', 'F', '8')) {
            return Optional.of(GIF);
        }
        if (starts(magic, 0, 'B', 'M')) {
            return Optional.of(BMP);
        }
        if (starts(magic, 0, 'I', 'I', 42, 0)
                || starts(magic, 0, 'M', 'M', 0, 42)
                || starts(magic, 0, 'I', 'I', 43, 0)
                || starts(magic, 0, 'M', 'M', 0, 43)) {
            // 43 is BigTIFF, for files beyond 4 GB.
            return Optional.of(TIFF);
        }
        return Optional.empty();
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

package io.bandpass.image;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** One image that cannot be used; the message is the reason, as it stands in bad_images.txt. */
public final class BadImageException extends Exception {
    /** Of files whose pixels are not as they should be. */
    static final String UNDECODABLE = "its pixels cannot be decoded: truncated, damaged or of an unusual kind";

    private static final long serialVersionUID = 1L;

    public BadImageException(String reason) {
        super(reason);
    }

    /** A file that the system does not let us read. The messages of some of these exceptions are a path, and no reason. */
    public static BadImageException unreadable(IOException error) {
        if (error instanceof AccessDeniedException) {
            return new BadImageException("there is no permission to read it");
        }
        if (error instanceof NoSuchFileException) {
            return new BadImageException("the file is not there");
        }
        if (error instanceof CharacterCodingException) {
            return new BadImageException(String.valueOf(error.getMessage()));
        }
        String reason = error instanceof FileSystemException system ? system.getReason() : null;
        return new BadImageException("it cannot be read: " + (reason == null ? error.getMessage() : reason));
    }

    /** Why, as it stands in bad_images.txt. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

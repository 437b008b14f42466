package io.bandpass.image;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** An unusable image; the message is the reason, as written to bad_images.txt. */
public final class BadImageException extends Exception {
    /** Reason for files with invalid pixel data. */
    static final String UNDECODABLE = "its pixels cannot be decoded: truncated, damaged or of an unusual kind";

    private static final long serialVersionUID = 1L;

    public BadImageException(String reason) {
        super(reason);
    }

    /** Converts an I/O error to a reason; the message of some of these exceptions is only a path. */
    public static BadImageException unreadable(IOException error) {
        if (error instanceof AccessDeniedException denied) {
            return new BadImageException(
                    denied.getReason() == null ? "there is no permission to read it" : denied.getReason());
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

    /** The reason, as written to bad_images.txt. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

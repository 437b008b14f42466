package io.bandpass.data;

/** One image that cannot be used; the message is the reason, as it stands in bad_images.txt. */
public final class BadImageException extends Exception {
    private static final long serialVersionUID = 1L;

    public BadImageException(String reason) {
        super(reason);
    }

    /** Why, as it stands in bad_images.txt. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

package io.bandpass.image;

/**
 * An operation with everything that is random about it.
 *
 * @param argument in the operation's own unit
 * @param bicubic how a geometric operation interpolates; bilinear otherwise
 */
public record DrawnOperation(ImageOperation operation, double argument, boolean bicubic) {
    /** An operation on single pixels. */
    DrawnOperation(ImageOperation operation, double argument) {
        this(operation, argument, false);
    }

    public RgbBytes apply(RgbBytes image, byte[] fill) {
        return operation.apply(image, argument, bicubic, fill);
    }

    public String describe() {
        return operation.describe(argument) + (bicubic ? ", bicubic" : "");
    }
}

package io.bandpass.image;

/**
 * An operation with its random choices.
 *
 * @param argument in the operation's own unit
 * @param bicubic interpolation of a geometric operation; otherwise bilinear
 */
public record DrawnOperation(ImageOperation operation, double argument, boolean bicubic) {
    /** Creates a pointwise operation. */
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

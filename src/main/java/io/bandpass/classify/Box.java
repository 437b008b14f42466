package io.bandpass.classify;

import org.bytedeco.pytorch.Tensor;

/** A rectangle in an image, in pixels. */
public record Box(int top, int left, int height, int width) {
    /** Returns the box of images (..., H, W), as a view. */
    Tensor of(Tensor images) {
        long rows = images.dim() - 2;
        return images.narrow(rows, top, height).narrow(rows + 1, left, width);
    }

    long area() {
        return (long) height * width;
    }
}

package io.bandpass.onnx;

/**
 * Choices of an export.
 *
 * @param preprocessInside whether the graph takes the bytes of images, uint8 (N, H, W, 3), and normalises them itself;
 *     otherwise it takes normalised images, float32 (N, 3, H, W)
 */
public record OnnxOptions(boolean preprocessInside) {
    /** Normalised images. */
    public static final OnnxOptions DEFAULT = new OnnxOptions(false);
}

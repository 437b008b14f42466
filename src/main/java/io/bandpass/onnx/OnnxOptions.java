package io.bandpass.onnx;

/**
 * Choices of an export.
 *
 * @param preprocessInside whether the graph takes the bytes of images, uint8 (N, H, W, 3), and normalises them itself;
 *     otherwise it takes normalised images, float32 (N, 3, H, W)
 * @param halfWeights whether matrices, convolutions and positions are stored as float16, which halves the file; the
 *     graph computes in float32 in any case
 */
public record OnnxOptions(boolean preprocessInside, boolean halfWeights) {
    /** Normalised images, and weights as they are. */
    public static final OnnxOptions DEFAULT = new OnnxOptions(false, false);
}

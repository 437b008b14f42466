package io.bandpass.onnx;

/** The blocks of an encoder as nodes. */
interface EncoderGraph {
    /**
     * Adds the blocks.
     *
     * @param images normalised images (N, 3, H, W)
     * @param norm whether the final norm follows the last block; a ResNet has none
     * @return tokens (N, 1 + L, C) of a ViT, the class token first; of other encoders a map (N, C, H/s, W/s)
     */
    String encode(String images, boolean norm);
}

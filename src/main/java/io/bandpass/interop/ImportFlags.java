package io.bandpass.interop;

import io.bandpass.interop.CheckpointGeometry.Asked;
import java.util.List;
import java.util.OptionalInt;

/**
 * What the user says about a file to import.
 *
 * @param imageSize of the encoder in pixels
 * @param heads attention heads of a ViT
 * @param settings assignments of the configuration
 * @param partial whether tensors may be missing or unexpected
 */
record ImportFlags(OptionalInt imageSize, OptionalInt heads, List<String> settings, boolean partial) {
    /** Whether nothing is said about the model. */
    boolean areEmpty() {
        return imageSize.isEmpty() && heads.isEmpty() && settings.isEmpty();
    }

    /**
     * Returns what a geometry is inferred with.
     *
     * @param usualImageSize assumed where nothing says it
     */
    Asked asked(int usualImageSize) {
        return new Asked(imageSize, heads, settings.contains("encoder.positions=none"), usualImageSize);
    }
}

package io.bandpass.eval;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One image as a row of a picture: what the model saw and what it made of it.
 *
 * @param name of the image
 * @param caption what was done to it, for example {@code low-pass, r = 16}
 * @param height H in pixels
 * @param width W in pixels
 * @param radius of the mask's circle in frequency bins, drawn into the spectra; nothing where there is none
 * @param panels original, corrupted, reconstruction, and where the task knows it combined (what the encoder was given
 *     from the input, the rest from the reconstruction)
 */
public record ReconstructionView(
        String name, String caption, int height, int width, OptionalDouble radius, List<Panel> panels) {
    /**
     * One picture of the row.
     *
     * @param title what it shows
     * @param image (3, H, W) row-major in [0, 1]
     * @param spectrum (H, W) log(1 + |F|) of the grey image, centred, not scaled
     */
    public record Panel(String title, float[] image, float[] spectrum) {}
}

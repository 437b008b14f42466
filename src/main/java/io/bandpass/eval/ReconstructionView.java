package io.bandpass.eval;

import java.util.List;

/**
 * One image as a row of a picture: what the model saw and what it made of it.
 *
 * @param name of the image
 * @param filter what was done to it, for example {@code low-pass r = 16}
 * @param height H in pixels
 * @param width W in pixels
 * @param shape of the mask: {@code circle}, {@code square}, {@code rhombus}, or one without an outline
 * @param radius of the mask in frequency bins; its outline is drawn into the spectra
 * @param panels original, corrupted, reconstruction, combined (removed frequencies from the reconstruction, kept ones
 *     from the input)
 */
public record ReconstructionView(
        String name, String filter, int height, int width, String shape, double radius, List<Panel> panels) {
    /**
     * One picture of the row.
     *
     * @param title what it shows
     * @param image (3, H, W) row-major in [0, 1]
     * @param spectrum (H, W) log(1 + |F|) of the grey image, centred, not scaled
     */
    public record Panel(String title, float[] image, float[] spectrum) {}
}

package io.bandpass.eval;

import io.bandpass.config.MaskConfig;
import io.bandpass.config.MaskedFrequencyConfig;
import io.bandpass.config.PretrainingConfig;
import java.util.List;
import java.util.Optional;

/**
 * One image as a row of a picture: what the model saw and what it made of it.
 *
 * @param name of the image
 * @param caption what was done to it, for example {@code low-pass, r = 16}
 * @param height H in pixels
 * @param width W in pixels
 * @param outline of the mask, drawn into the spectra; nothing where there is none
 * @param panels original, corrupted, reconstruction, and where the task knows it combined (what the encoder was given
 *     from the input, the rest from the reconstruction)
 */
public record ReconstructionView(
        String name, String caption, int height, int width, Optional<Outline> outline, List<Panel> panels) {
    /**
     * The edge of a mask.
     *
     * @param shape {@code circle}, {@code square} or {@code rhombus}
     * @param radius in frequency bins
     */
    public record Outline(MaskConfig.Shape shape, double radius) {
        /** The edge of the mask, where every image has the same. */
        public static Optional<Outline> of(PretrainingConfig config) {
            MaskConfig mask = config.mask();
            return config.task() instanceof MaskedFrequencyConfig && !mask.ranksMagnitudes()
                    ? Optional.of(new Outline(
                            mask.shape(), mask.at(config.encoder().imageSize()).radius()))
                    : Optional.empty();
        }
    }

    /**
     * One picture of the row.
     *
     * @param title what it shows
     * @param image (3, H, W) row-major in [0, 1]
     * @param spectrum (H, W) log(1 + |F|) of the grey image, centred, not scaled
     */
    public record Panel(String title, float[] image, float[] spectrum) {}

    /** Whether the model made numbers of the image: a spectrum takes in all pixels, before they are clamped. */
    public boolean isFinite() {
        for (Panel panel : panels) {
            for (float amplitude : panel.spectrum()) {
                if (!Float.isFinite(amplitude)) {
                    return false;
                }
            }
        }
        return true;
    }
}

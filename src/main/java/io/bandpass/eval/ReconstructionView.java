package io.bandpass.eval;

import io.bandpass.config.MaskConfig;
import io.bandpass.config.MaskedFrequencyConfig;
import io.bandpass.config.PretrainingConfig;
import java.util.List;
import java.util.Optional;

/**
 * One row of a picture: an image, its corrupted version and its reconstruction.
 *
 * @param name name of the image
 * @param caption its corruption, for example {@code low-pass, r = 16}
 * @param height H in pixels
 * @param width W in pixels
 * @param outline outline of the mask, drawn into the spectra, if there is one
 * @param panels original, corrupted, reconstruction and, if the task supports it, combined (visible content from the
 *     input, the rest from the reconstruction)
 */
public record ReconstructionView(
        String name, String caption, int height, int width, Optional<Outline> outline, List<Panel> panels) {
    /**
     * Outline of a mask.
     *
     * @param shape {@code circle}, {@code square} or {@code rhombus}
     * @param radius in frequency bins
     */
    public record Outline(MaskConfig.Shape shape, double radius) {
        /** Returns the outline of the mask, if all images share one. */
        public static Optional<Outline> of(PretrainingConfig config) {
            MaskConfig mask = config.mask();
            return config.task() instanceof MaskedFrequencyConfig && !mask.ranksMagnitudes()
                    ? Optional.of(new Outline(
                            mask.shape(), mask.at(config.encoder().imageSize()).radius()))
                    : Optional.empty();
        }
    }

    /**
     * One panel of the row.
     *
     * @param title title of the panel
     * @param image (3, H, W) row-major in [0, 1]
     * @param spectrum (H, W) log(1 + |F|) of the grey image, centred, not scaled
     */
    public record Panel(String title, float[] image, float[] spectrum) {}

    /** Whether the model's outputs are finite; a spectrum covers all pixels before clamping. */
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

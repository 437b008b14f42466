package io.bandpass.config;

/**
 * The loss (method.md section 4): a distance of spectra, and one of pixels where that is wanted.
 *
 * @param target {@code masked} (only the removed frequencies count), {@code full} (all), or {@code auto}: as the
 *     pre-training task needs it
 * @param gamma exponent of the spectral distance
 * @param focal whether each frequency is weighted by how wrong it is: {@code none}, {@code image} (relative to the worst
 *     of its image, channel and tile) or {@code batch} (relative to the worst of the batch)
 * @param focalAlpha exponent of the focal weight
 * @param focalLog whether the focal weight is log(1 + weight)
 * @param averageSpectrum whether spectra are averaged over the batch before they are compared
 * @param patchFactor spectra are taken of each of this many times this many tiles of an image
 * @param normaliser {@code batch} (one quotient over the batch) or {@code image} (one per image, averaged)
 * @param frequencyWeight factor of the spectral distance; 0 leaves it out
 * @param pixel distance of pixels beside it: {@code none}, {@code l1} or {@code l2}
 * @param pixelWeight factor of the pixel distance
 */
public record LossConfig(
        String target,
        double gamma,
        String focal,
        double focalAlpha,
        boolean focalLog,
        boolean averageSpectrum,
        int patchFactor,
        String normaliser,
        double frequencyWeight,
        String pixel,
        double pixelWeight) {
    public LossConfig {
        Check.oneOf("loss.target", target, "auto", "masked", "full");
        Check.positive("loss.gamma", gamma);
        Check.oneOf("loss.focal", focal, "none", "image", "batch");
        Check.positive("loss.focal-alpha", focalAlpha);
        Check.positive("loss.patch-factor", patchFactor);
        Check.oneOf("loss.normaliser", normaliser, "batch", "image");
        Check.notNegative("loss.frequency-weight", frequencyWeight);
        Check.oneOf("loss.pixel", pixel, "none", "l1", "l2");
        Check.notNegative("loss.pixel-weight", pixelWeight);
        Check.that(
                frequencyWeight > 0 || (!pixel.equals("none") && pixelWeight > 0),
                "loss.frequency-weight",
                frequencyWeight,
                "above 0, or there is no loss: loss.pixel is " + pixel + " and loss.pixel-weight " + pixelWeight);
    }

    /** The paper's loss. */
    public LossConfig(String target, double gamma) {
        this(target, gamma, "none", 1, false, false, 1, "batch", 1, "none", 1);
    }

    /** The same with every frequency counting. */
    public LossConfig full() {
        return new LossConfig(
                "full",
                gamma,
                focal,
                focalAlpha,
                focalLog,
                averageSpectrum,
                patchFactor,
                normaliser,
                frequencyWeight,
                pixel,
                pixelWeight);
    }

    /** Whether only removed frequencies count; {@code auto} is taken as masked frequency modeling takes it. */
    public boolean countsRemovedOnly() {
        return !target.equals("full");
    }

    /** Whether the loss of a batch cannot be computed from the losses of its parts. */
    public boolean needsWholeBatch() {
        return frequencyWeight > 0 && (averageSpectrum || focal.equals("batch"));
    }
}

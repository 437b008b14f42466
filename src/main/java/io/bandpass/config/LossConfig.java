package io.bandpass.config;

import io.bandpass.text.Decimals;
import java.util.ArrayList;
import java.util.List;

/**
 * Loss of pre-training (method.md section 4): a spectral distance and, optionally, a pixel distance.
 *
 * @param target {@code masked} (only removed frequencies count), {@code full} (all), or {@code auto}: depends on
 *     the pre-training task
 * @param gamma exponent of the spectral distance
 * @param radiusExponent exponent of the weight of a frequency, a power of its distance from DC; 0: all count alike
 * @param focal weighting of each frequency by its error: {@code none}, {@code image} (relative to the largest of
 *     its image, channel and tile) or {@code batch} (relative to the largest of the batch)
 * @param focalAlpha exponent of the focal weight
 * @param focalLog whether the focal weight is log(1 + weight)
 * @param averageSpectrum whether spectra are averaged over the batch before they are compared
 * @param patchFactor k: images are divided into k x k tiles, each with its own spectrum
 * @param normaliser {@code batch} (one quotient over the batch) or {@code image} (one per image, averaged)
 * @param frequencyWeight factor of the spectral distance; 0 disables it
 * @param pixel additional pixel distance: {@code none}, {@code l1} or {@code l2}
 * @param pixelWeight factor of the pixel distance
 */
public record LossConfig(
        Target target,
        double gamma,
        double radiusExponent,
        Focal focal,
        double focalAlpha,
        boolean focalLog,
        boolean averageSpectrum,
        int patchFactor,
        Normaliser normaliser,
        double frequencyWeight,
        PixelDistance pixel,
        double pixelWeight) {
    /** Values of {@code loss.pixel}. */
    public enum PixelDistance {
        NONE,
        L1,
        L2;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Values of {@code loss.normaliser}. */
    public enum Normaliser {
        BATCH,
        IMAGE;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Values of {@code loss.focal}. */
    public enum Focal {
        NONE,
        IMAGE,
        BATCH;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Values of {@code loss.target}. */
    public enum Target {
        AUTO,
        MASKED,
        FULL;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Weights of much higher powers would not fit into float32. */
    private static final int MOST_RADIUS_EXPONENT = 8;

    public LossConfig {
        Check.positive("loss.gamma", gamma);
        Check.that(
                radiusExponent >= 0 && radiusExponent <= MOST_RADIUS_EXPONENT,
                "loss.radius-exponent",
                radiusExponent,
                "from 0 to " + MOST_RADIUS_EXPONENT);
        Check.positive("loss.focal-alpha", focalAlpha);
        Check.positive("loss.patch-factor", patchFactor);
        Check.notNegative("loss.frequency-weight", frequencyWeight);
        Check.notNegative("loss.pixel-weight", pixelWeight);
        Check.that(
                frequencyWeight > 0 || (pixel != PixelDistance.NONE && pixelWeight > 0),
                "loss.frequency-weight",
                frequencyWeight,
                "above 0, or there is no loss: loss.pixel is " + pixel + " and loss.pixel-weight " + pixelWeight);
    }

    /** The paper's loss. */
    public LossConfig(Target target, double gamma) {
        this(target, gamma, 0, Focal.NONE, 1, false, false, 1, Normaliser.BATCH, 1, PixelDistance.NONE, 1);
    }

    /** Copy in which every frequency counts. */
    public LossConfig full() {
        return withTarget(Target.FULL);
    }

    LossConfig withTarget(Target other) {
        return new LossConfig(
                other,
                gamma,
                radiusExponent,
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

    /**
     * Describes what differs from the paper's loss, with a comma before it; empty if nothing does.
     *
     * @param usual target that {@code auto} means for the task
     */
    String describe(Target usual) {
        LossConfig paper = new LossConfig(Target.AUTO, 1);
        List<String> parts = new ArrayList<>();
        if (frequencyWeight > 0) {
            add(parts, target != Target.AUTO && target != usual, "target " + target);
            add(parts, gamma != paper.gamma, "gamma " + Decimals.plain(gamma));
            add(parts, radiusExponent > 0, "radius exponent " + Decimals.plain(radiusExponent));
            add(
                    parts,
                    focal != paper.focal,
                    "focal by " + focal + ", alpha " + Decimals.plain(focalAlpha) + (focalLog ? ", log" : ""));
            add(parts, averageSpectrum, "spectra averaged over the batch");
            add(parts, patchFactor != paper.patchFactor, patchFactor + " x " + patchFactor + " tiles");
            add(parts, normaliser != paper.normaliser, "normaliser " + normaliser);
        }
        add(parts, frequencyWeight != paper.frequencyWeight, "frequency weight " + Decimals.plain(frequencyWeight));
        add(
                parts,
                pixel != PixelDistance.NONE,
                "pixel distance " + pixel + " of weight " + Decimals.plain(pixelWeight));
        return parts.isEmpty() ? "" : ", loss with " + String.join(", ", parts);
    }

    private static void add(List<String> parts, boolean differs, String part) {
        if (differs) {
            parts.add(part);
        }
    }

    /** Whether only removed frequencies count; {@code auto} is interpreted as for masked frequency modeling. */
    public boolean countsRemovedOnly() {
        return target != Target.FULL;
    }

    /** Whether the loss needs the whole batch at once, because those of micro-batches do not add up to it. */
    public boolean needsWholeBatch() {
        return frequencyWeight > 0 && (averageSpectrum || focal == Focal.BATCH);
    }
}

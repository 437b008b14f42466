package io.bandpass.config;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Frequency mask (method.md section 1).
 *
 * @param shape {@code circle}, {@code square} or {@code rhombus} of a radius; {@code com} keeps the strongest
 *     frequencies of each image, {@code rcom} these or the others (FOLK, ICLR 2025)
 * @param radius radius of the kept shape in frequency bins; empty means {@code auto}: 16 * image size / 224
 * @param radiusRange {@code none}, or [low, high) from which each image's radius is drawn instead
 * @param outerRadius {@code none}, or the outer radius of a masked band
 * @param fractions of all frequencies that {@code com} and {@code rcom} keep; one is drawn per image
 * @param lowpassProbability probability that an image keeps its low (or strongest) frequencies instead of the
 *     others
 * @param lowpassWarmupEpochs epochs in which that probability changes linearly from {@code lowpassWarmupProbability} to
 *     {@code lowpassProbability}, may be fractional; 0: the same in all steps
 * @param lowpassWarmupProbability probability at the first step, if there is a warm-up
 * @param clamp whether corrupted images are clamped to [0, 1]
 */
public record MaskConfig(
        Shape shape,
        OptionalDouble radius,
        @EmptyWord("none") List<Double> radiusRange,
        @EmptyWord("none") OptionalDouble outerRadius,
        List<Double> fractions,
        double lowpassProbability,
        double lowpassWarmupEpochs,
        double lowpassWarmupProbability,
        boolean clamp) {
    /** Values of {@code mask.shape}. */
    public enum Shape {
        CIRCLE,
        SQUARE,
        RHOMBUS,
        COM,
        RCOM;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    private static final String WARMUP = "mask.lowpass-warmup-epochs";
    private static final double RADIUS_AT_224 = 16;
    private static final List<Double> FOLK_FRACTIONS = List.of(0.005, 0.01, 0.05);

    public MaskConfig {
        radiusRange = List.copyOf(radiusRange);
        fractions = List.copyOf(fractions);
        radius.ifPresent(r -> Check.positive("mask.radius", r));
        outerRadius.ifPresent(r -> Check.positive("mask.outer-radius", r));
        Check.that(
                radiusRange.isEmpty()
                        || (radiusRange.size() == 2
                                && radiusRange.get(0) > 0
                                && radiusRange.get(0) < radiusRange.get(1)
                                && Double.isFinite(radiusRange.get(1))),
                "mask.radius-range",
                radiusRange,
                "none or two numbers [low, high] above 0, the first below the second");
        Check.that(
                !fractions.isEmpty() && fractions.stream().allMatch(q -> q > 0 && q < 1),
                "mask.fractions",
                fractions,
                "numbers above 0 and below 1, at least one");
        Check.fraction("mask.lowpass-probability", lowpassProbability);
        Check.notNegative(WARMUP, lowpassWarmupEpochs);
        Check.fraction("mask.lowpass-warmup-probability", lowpassWarmupProbability);
        Check.that(
                lowpassWarmupEpochs > 0 || lowpassWarmupProbability == 0,
                "mask.lowpass-warmup-probability",
                lowpassWarmupProbability,
                "0 without a warm-up: " + WARMUP + " is 0");
        Check.that(
                lowpassWarmupEpochs == 0 || shape != Shape.COM,
                WARMUP,
                lowpassWarmupEpochs,
                "0: the shape com keeps the strongest frequencies of every image");
        if (ranksMagnitudes(shape)) {
            String none = "none: the shape " + shape + " has no radius";
            Check.that(radiusRange.isEmpty(), "mask.radius-range", radiusRange, none);
            outerRadius.ifPresent(r -> Check.that(false, "mask.outer-radius", r, none));
        }
    }

    /** The paper's mask: a circle, the same for all images. */
    public MaskConfig(OptionalDouble radius, OptionalDouble outerRadius, double lowpassProbability, boolean clamp) {
        this(Shape.CIRCLE, radius, List.of(), outerRadius, FOLK_FRACTIONS, lowpassProbability, 0, 0, clamp);
    }

    /**
     * Copy for images scaled by a factor: explicit radii scale along; {@code auto} depends on the image size anyway.
     */
    MaskConfig scaled(double factor) {
        return new MaskConfig(
                shape,
                scaled(radius, factor),
                radiusRange.stream().map(r -> r * factor).toList(),
                scaled(outerRadius, factor),
                fractions,
                lowpassProbability,
                lowpassWarmupEpochs,
                lowpassWarmupProbability,
                clamp);
    }

    private static OptionalDouble scaled(OptionalDouble radius, double factor) {
        return radius.isPresent() ? OptionalDouble.of(radius.getAsDouble() * factor) : radius;
    }

    /** Copy with another radius. */
    MaskConfig withRadius(double other) {
        return new MaskConfig(
                shape,
                OptionalDouble.of(other),
                radiusRange,
                outerRadius,
                fractions,
                lowpassProbability,
                lowpassWarmupEpochs,
                lowpassWarmupProbability,
                clamp);
    }

    private static boolean ranksMagnitudes(Shape shape) {
        return shape == Shape.COM || shape == Shape.RCOM;
    }

    /** Whether an image's mask depends on its own spectrum instead of a radius. */
    public boolean ranksMagnitudes() {
        return ranksMagnitudes(shape);
    }

    /** Whether the probability of low-pass masks changes at the beginning of training. */
    public boolean hasWarmup() {
        return lowpassWarmupEpochs > 0;
    }

    /**
     * Rejects a warm-up that a run does not finish. A run counted in steps is not checked, as the length of its epochs is
     * unknown here.
     */
    void checkWarmup(TrainSection train) {
        Check.that(
                train.steps().isPresent() || lowpassWarmupEpochs <= train.epochs(),
                WARMUP,
                lowpassWarmupEpochs,
                "at most train.epochs " + train.epochs() + ", or mask.lowpass-probability is never reached");
    }

    /** Probability that an image keeps its low or strongest frequencies, after a warm-up; always 1 with {@code com}. */
    public double keepProbability() {
        return shape == Shape.COM ? 1 : lowpassProbability;
    }

    /**
     * Probability at a step that an image keeps its low or strongest frequencies.
     *
     * @param epochsDone epochs of training before the step, fractional
     */
    public double keepProbability(double epochsDone) {
        return epochsDone >= lowpassWarmupEpochs
                ? keepProbability()
                : lowpassWarmupProbability
                        + (lowpassProbability - lowpassWarmupProbability) * (epochsDone / lowpassWarmupEpochs);
    }

    /** Whether some steps of training draw images that keep their low or strongest frequencies, or that keep the others. */
    public boolean draws(boolean low) {
        double first = keepProbability(0);
        double last = keepProbability();
        return low ? Math.max(first, last) > 0 : Math.min(first, last) < 1;
    }

    /** Describes how often images keep their low or strongest frequencies. */
    String describeProbability() {
        String what = (ranksMagnitudes() ? "kept" : "low-pass") + " with probability ";
        return hasWarmup()
                ? what + "from " + lowpassWarmupProbability + " to " + lowpassProbability + " over the first "
                        + lowpassWarmupEpochs + " epochs"
                : what + keepProbability();
    }

    /** Mask for square images of this size. */
    public MaskGeometry at(int imageSize) {
        double fixed = radius.orElse(RADIUS_AT_224 * imageSize / 224);
        return new MaskGeometry(
                shape,
                imageSize,
                radiusRange.isEmpty() ? fixed : radiusRange.get(0),
                radiusRange.isEmpty() ? fixed : radiusRange.get(1),
                outerRadius.orElse(Double.POSITIVE_INFINITY),
                fractions);
    }
}

package io.bandpass.eval;

import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Pixels of each class, and the scores that follow from them. A score is empty where it would be 0/0, and a mean leaves
 * out the classes that have none. A class that was predicted but does not occur has IoU and Dice 0 and no accuracy.
 */
public final class PixelCounts {
    /** I: pixels of the class that were predicted as it. */
    private final long[] intersection;
    /** P: pixels that were predicted as the class. */
    private final long[] predicted;
    /** L: pixels of the class. */
    private final long[] truth;

    PixelCounts(int classes) {
        intersection = new long[classes];
        predicted = new long[classes];
        truth = new long[classes];
    }

    /** Adds pixels of a class that were predicted as one. */
    void add(int label, int prediction, long pixels) {
        truth[label] += pixels;
        predicted[prediction] += pixels;
        if (label == prediction) {
            intersection[label] += pixels;
        }
    }

    /** Number of classes: K. */
    public int classes() {
        return truth.length;
    }

    /** Pixels of a class that were predicted as it. */
    public long intersection(int c) {
        return intersection[c];
    }

    /** Pixels that were predicted as a class. */
    public long predicted(int c) {
        return predicted[c];
    }

    /** Pixels of a class. */
    public long truth(int c) {
        return truth[c];
    }

    /** Pixels of all classes. */
    public long pixels() {
        return LongStream.of(truth).sum();
    }

    /** Intersection over union of a class: I / (P + L - I). */
    public OptionalDouble iou(int c) {
        return quotient(intersection[c], predicted[c] + truth[c] - intersection[c]);
    }

    /** Accuracy (recall) of a class: I / L. */
    public OptionalDouble accuracy(int c) {
        return quotient(intersection[c], truth[c]);
    }

    /** Dice coefficient of a class: 2 I / (P + L). */
    public OptionalDouble dice(int c) {
        return quotient(2 * intersection[c], predicted[c] + truth[c]);
    }

    /** Mean of {@link #iou} over classes. */
    public OptionalDouble meanIou() {
        return mean(this::iou);
    }

    /** Mean of {@link #accuracy} over classes. */
    public OptionalDouble meanAccuracy() {
        return mean(this::accuracy);
    }

    /** Mean of {@link #dice} over classes. */
    public OptionalDouble meanDice() {
        return mean(this::dice);
    }

    /** Share of all pixels that were predicted right. */
    public OptionalDouble pixelAccuracy() {
        return quotient(LongStream.of(intersection).sum(), pixels());
    }

    /** Mean of {@link #iou} over classes, weighted by their pixels. */
    public OptionalDouble frequencyWeightedIou() {
        double sum = IntStream.range(0, classes())
                .mapToDouble(c -> truth[c] * iou(c).orElse(0))
                .sum();
        return pixels() == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / pixels());
    }

    private static OptionalDouble quotient(long dividend, long divisor) {
        return divisor == 0 ? OptionalDouble.empty() : OptionalDouble.of(dividend / (double) divisor);
    }

    private OptionalDouble mean(IntFunction<OptionalDouble> score) {
        return IntStream.range(0, classes())
                .mapToObj(score)
                .flatMapToDouble(OptionalDouble::stream)
                .average();
    }
}

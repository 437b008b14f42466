package io.bandpass.metrics;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Scores of a segmentation model, counted over the pixels of all images together; fractions, 0 to 1. Means are over the
 * classes that have the score, and empty if none has.
 *
 * @param meanIou mean of the intersection over union
 * @param meanAccuracy mean of the accuracy
 * @param pixelAccuracy share of all pixels that were predicted right
 * @param frequencyWeightedIou mean of the intersection over union, weighted by the pixels of the classes
 * @param meanDice mean of the Dice coefficient
 * @param classes by id
 * @param images number of images
 * @param ignored number of pixels that belong to no class
 * @param ignoredBetweenClasses how many of these lie on a border between classes
 * @param confusions the pairs of classes that were most often mistaken for each other, the most pixels first
 */
public record SegmentationResult(
        OptionalDouble meanIou,
        OptionalDouble meanAccuracy,
        OptionalDouble pixelAccuracy,
        OptionalDouble frequencyWeightedIou,
        OptionalDouble meanDice,
        List<ClassResult> classes,
        long images,
        long ignored,
        long ignoredBetweenClasses,
        List<Confusion> confusions) {
    /**
     * Scores of a class.
     *
     * @param iou empty if the class neither occurs nor was predicted
     * @param accuracy share of its pixels that were predicted right; empty if it does not occur
     * @param dice empty if the class neither occurs nor was predicted
     * @param pixels of the class
     */
    public record ClassResult(
            String name, OptionalDouble iou, OptionalDouble accuracy, OptionalDouble dice, long pixels) {}

    /**
     * Pixels of a class that were taken for another.
     *
     * @param share of the pixels of the class, 0 to 1
     */
    public record Confusion(String name, String predicted, long pixels, double share) {}

    public SegmentationResult {
        classes = List.copyOf(classes);
        confusions = List.copyOf(confusions);
    }
}

package io.bandpass.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Scores of a classifier per class.
 *
 * @param step global step of the evaluated classifier
 * @param classes class names by index
 * @param accuracies accuracy per class, 0 to 1; empty for a class without images
 * @param confusion image counts by class (rows) and predicted class (columns)
 */
public record ClassScores(long step, List<String> classes, List<OptionalDouble> accuracies, long[][] confusion) {
    public ClassScores {
        classes = List.copyOf(classes);
        accuracies = List.copyOf(accuracies);
        if (accuracies.size() != classes.size() || confusion.length != classes.size()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d accuracies and %d rows of %d classes",
                    accuracies.size(),
                    confusion.length,
                    classes.size()));
        }
    }

    /** Returns the number of evaluated images of a class. */
    public long images(int number) {
        return Arrays.stream(confusion[number]).sum();
    }
}

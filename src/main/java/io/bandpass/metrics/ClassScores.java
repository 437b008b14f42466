package io.bandpass.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * How well a classifier does on each class.
 *
 * @param step global step of the classifier that was looked at
 * @param classes names by number
 * @param accuracies of each class, 0 to 1; empty for a class without images
 * @param confusion numbers of images by class (rows) and predicted class (columns)
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

    /** How many images of a class were looked at. */
    public long images(int number) {
        return Arrays.stream(confusion[number]).sum();
    }
}

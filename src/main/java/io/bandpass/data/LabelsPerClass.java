package io.bandpass.data;

import io.bandpass.text.Counts;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The same number of images of each class, drawn by a seed, for training with few labels. With the same seed, the
 * images drawn for a smaller number are a subset of those for a larger one.
 *
 * @param images in their original order
 * @param notice about classes with fewer images
 */
public record LabelsPerClass(ImageSource images, Optional<String> notice) {
    /**
     * Draws images.
     *
     * @param labelled images with labels
     * @param perClass images per class, at least 1; a class with fewer keeps all
     */
    public static LabelsPerClass of(ImageSource labelled, int perClass, long seed) {
        if (perClass < 1 || !labelled.isLabelled()) {
            throw new IllegalArgumentException(
                    perClass + " of each of " + labelled.classNames().size() + " classes");
        }
        int[][] classes = ClassOrder.of(labelled, seed, Purpose.LABELS);
        int[] chosen = IntStream.range(0, classes.length)
                .flatMap(label -> IntStream.of(classes[label]).limit(perClass))
                .sorted()
                .toArray();
        List<String> fewer = new ArrayList<>();
        for (int label = 0; label < classes.length; label++) {
            if (classes[label].length < perClass) {
                fewer.add(labelled.classNames().get(label) + " (" + classes[label].length + ")");
            }
        }
        return new LabelsPerClass(
                labelled.select(chosen),
                fewer.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Counts.choose(fewer.size(), "this class has", "these classes have")
                                + " fewer than " + Counts.of(perClass, "image") + ", all of which are taken: "
                                + ClassCheck.some(fewer)));
    }
}

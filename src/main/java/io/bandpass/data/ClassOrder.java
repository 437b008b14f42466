package io.bandpass.data;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.stream.IntStream;

/** The images of each class, in an order that depends on the seed only. */
final class ClassOrder {
    private ClassOrder() {}

    /** Returns the image indices of each class, shuffled within the class. */
    static int[][] of(ImageSource labelled, long seed, Purpose purpose) {
        int[][] classes = new int[labelled.classNames().size()][];
        int[] counts = counts(labelled);
        for (int i = 0; i < classes.length; i++) {
            classes[i] = new int[counts[i]];
        }
        EpochOrder[] orders = new EpochOrder[classes.length];
        for (int i = 0; i < classes.length; i++) {
            orders[i] = new EpochOrder(counts[i], KeyedRandom.hash(seed, purpose, i));
        }
        int[] seen = new int[classes.length];
        for (int index = 0; index < labelled.size(); index++) {
            int label = labelled.label(index);
            classes[label][orders[label].at(0, seen[label]++)] = index;
        }
        return classes;
    }

    /** Returns the number of images of each class. */
    static int[] counts(ImageSource labelled) {
        int[] counts = new int[labelled.classNames().size()];
        IntStream.range(0, labelled.size()).forEach(index -> counts[labelled.label(index)]++);
        return counts;
    }
}

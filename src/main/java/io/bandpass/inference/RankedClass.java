package io.bandpass.inference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A class index with its predicted probability.
 *
 * @param number class index, from 0
 * @param probability softmax of the logits, 0 to 1
 */
public record RankedClass(int number, double probability) {
    /**
     * Returns the most probable classes in descending order; ties by ascending index.
     *
     * @param logits logits of an image, all finite
     * @param most largest number of classes to return
     */
    public static List<RankedClass> of(double[] logits, int most) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        double sum =
                Arrays.stream(logits).map(logit -> Math.exp(logit - largest)).sum();
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer number) -> -logits[number]))
                .limit(most)
                .map(number -> new RankedClass(number, Math.exp(logits[number] - largest) / sum))
                .toList();
    }
}

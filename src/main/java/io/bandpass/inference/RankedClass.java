package io.bandpass.inference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A class and how probable a classifier finds it.
 *
 * @param number of the class, from 0
 * @param probability softmax of the logits, 0 to 1
 */
public record RankedClass(int number, double probability) {
    /**
     * The most probable classes, the first of them first; of equal ones the one with the smaller number.
     *
     * @param logits of an image, all finite
     * @param most how many, where there are so many
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

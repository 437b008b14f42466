package io.bandpass.data;

import io.bandpass.text.Counts;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * A labelled set in two stratified splits: class proportions are equal as far as the counts allow. A class keeps at
 * least one training image. If at least as many images are held out as there are classes with two or more, each of
 * these classes has at least one held-out image.
 */
record StratifiedSplit(ImageSource train, ImageSource heldOut) {
    /**
     * Draws a split.
     *
     * @param fraction of all images that is held out, positive
     * @throws DataException if it amounts to no image, or every class has a single one
     */
    static StratifiedSplit of(ImageSource all, long seed, double fraction) {
        int[] heldOut = draw(all, seed, fraction);
        if (heldOut.length == 0) {
            throw tooFew(all, fraction);
        }
        return new StratifiedSplit(all.select(rest(all.size(), heldOut)), all.select(heldOut));
    }

    /** Returns the positions of the held-out images, ascending; empty if the fraction amounts to no image. */
    static int[] draw(ImageSource all, long seed, double fraction) {
        int[][] classes = ClassOrder.of(all, seed, Purpose.HOLD_OUT);
        int[] held = held(ClassOrder.counts(all), seed, fraction);
        return IntStream.range(0, held.length)
                .flatMap(label -> IntStream.of(classes[label]).limit(held[label]))
                .sorted()
                .toArray();
    }

    /** Returns the positions not in {@code chosen}, ascending. */
    static int[] rest(int images, int[] chosen) {
        return IntStream.range(0, images)
                .filter(i -> Arrays.binarySearch(chosen, i) < 0)
                .toArray();
    }

    /** Returns the error for a split without held-out images. */
    static DataException tooFew(ImageSource all, double fraction) {
        return new DataException(String.format(
                Locale.ROOT,
                "%s of %s are too few to hold out a fraction %s of them; name a part to hold out, such as val/ beside train/, or a larger fraction",
                Counts.of(all.size(), "image"),
                Counts.of(all.classNames().size(), "class"),
                fraction));
    }

    /**
     * Computes the number of held-out images per class, one at a time: always from the class furthest below its share.
     */
    private static int[] held(int[] counts, long seed, double fraction) {
        long wanted = (long) Math.rint(IntStream.of(counts).asLongStream().sum() * fraction);
        int[] held = new int[counts.length];
        long eligible = IntStream.of(counts).filter(count -> count > 1).count();
        if (wanted >= eligible) {
            for (int label = 0; label < counts.length; label++) {
                held[label] = counts[label] > 1 ? 1 : 0;
            }
        }
        PriorityQueue<Integer> furthest = new PriorityQueue<>(
                Comparator.comparingDouble((Integer label) -> held[label] - counts[label] * fraction)
                        .thenComparingLong(label -> KeyedRandom.hash(seed, Purpose.HOLD_OUT, label)));
        IntStream.range(0, counts.length)
                .filter(label -> held[label] < counts[label] - 1)
                .forEach(furthest::add);
        for (long left = wanted - IntStream.of(held).sum(); left > 0 && !furthest.isEmpty(); left--) {
            int label = furthest.remove();
            held[label]++;
            if (held[label] < counts[label] - 1) {
                furthest.add(label);
            }
        }
        return held;
    }
}

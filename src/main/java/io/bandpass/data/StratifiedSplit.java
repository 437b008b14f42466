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
 * A labelled set in two parts, in each of which the classes have the same shares as far as their numbers allow. A class
 * keeps at least one image to train on. Where as many images are held out as there are classes with two or more, each of
 * these has at least one among them.
 */
record StratifiedSplit(ImageSource train, ImageSource heldOut) {
    /**
     * Draws the parts.
     *
     * @param fraction of all images that is held out, above 0
     * @throws DataException if it comes to no image, or no class has one to give
     */
    static StratifiedSplit of(ImageSource all, long seed, double fraction) {
        int[] heldOut = draw(all, seed, fraction);
        if (heldOut.length == 0) {
            throw tooFew(all, fraction);
        }
        return new StratifiedSplit(all.select(rest(all.size(), heldOut)), all.select(heldOut));
    }

    /** Positions of the held-out images, ascending; none where the fraction comes to no image. */
    static int[] draw(ImageSource all, long seed, double fraction) {
        int[][] classes = ClassOrder.of(all, seed, Purpose.HOLD_OUT);
        int[] held = held(ClassOrder.counts(all), seed, fraction);
        return IntStream.range(0, held.length)
                .flatMap(label -> IntStream.of(classes[label]).limit(held[label]))
                .sorted()
                .toArray();
    }

    /** The positions that are not among these, ascending. */
    static int[] rest(int images, int[] chosen) {
        return IntStream.range(0, images)
                .filter(i -> Arrays.binarySearch(chosen, i) < 0)
                .toArray();
    }

    /** Why nothing is held out. */
    static DataException tooFew(ImageSource all, double fraction) {
        return new DataException(String.format(
                Locale.ROOT,
                "%s of %s are too few to hold out a fraction %s of them; name a part to hold out, such as val/ beside train/, or a larger fraction",
                Counts.of(all.size(), "image"),
                Counts.of(all.classNames().size(), "class"),
                fraction));
    }

    /** How many images of each class are held out: one by one, always of the class that is furthest below its share. */
    private static int[] held(int[] counts, long seed, double fraction) {
        long wanted = (long) Math.rint(IntStream.of(counts).asLongStream().sum() * fraction);
        int[] held = new int[counts.length];
        long givers = IntStream.of(counts).filter(count -> count > 1).count();
        if (wanted >= givers) {
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

package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EpochOrderTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 15, 16, 17, 64, 65, 1000, 4097})
    void anEpochHoldsEveryImageOnce(int size) {
        for (long seed : new long[] {0, 1, -1, Long.MAX_VALUE}) {
            for (long epoch : new long[] {0, 1, 99}) {
                int[] sorted = order(size, seed, epoch);
                Arrays.sort(sorted);
                assertThat(sorted).isEqualTo(IntStream.range(0, size).toArray());
            }
        }
    }

    @Test
    void theSameSeedAndEpochGiveTheSameOrder() {
        assertThat(order(1000, 5, 3)).isEqualTo(order(1000, 5, 3));
    }

    @Test
    void epochsAndSeedsGiveDifferentOrders() {
        int[] order = order(1000, 5, 3);
        assertThat(samePlaces(order, order(1000, 5, 4))).isLessThan(10);
        assertThat(samePlaces(order, order(1000, 6, 3))).isLessThan(10);
        assertThat(samePlaces(order, IntStream.range(0, 1000).toArray())).isLessThan(10);
    }

    @Test
    void everyImageComesToEveryPlaceAboutEquallyOften() {
        int size = 7;
        int epochs = 7000;
        int[][] counts = new int[size][size];
        EpochOrder order = new EpochOrder(size, 1);
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int position = 0; position < size; position++) {
                counts[position][order.at(epoch, position)]++;
            }
        }
        double expected = epochs / (double) size;
        double chiSquared = Arrays.stream(counts)
                .flatMapToInt(Arrays::stream)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        // 36 degrees of freedom: 68 is passed once in a thousand times. The numbers are fixed by the seed.
        assertThat(chiSquared).isLessThan(68);
    }

    @Test
    void neighboursInOneEpochAreNoNeighboursInTheNext() {
        int size = 1000;
        int[] placeInNext = new int[size];
        int[] next = order(size, 2, 1);
        for (int position = 0; position < size; position++) {
            placeInNext[next[position]] = position;
        }
        int[] order = order(size, 2, 0);
        long together = IntStream.range(1, size)
                .filter(i -> Math.abs(placeInNext[order[i]] - placeInNext[order[i - 1]]) == 1)
                .count();
        assertThat(together).isLessThan(10);
    }

    @Test
    void repeatsStandSideBySideAndAnEpochShowsTheFirstImagesOfTheSameOrder() {
        EpochOrder once = new EpochOrder(10, 5);
        EpochOrder thrice = new EpochOrder(10, 3, 5);
        assertThat(thrice.size()).isEqualTo(10);
        assertThat(thrice.positions()).isEqualTo(30);
        for (int position = 0; position < 30; position++) {
            assertThat(thrice.at(2, position)).isEqualTo(once.at(2, position / 3));
            assertThat(thrice.draw(2, position)).isEqualTo(once.at(2, position / 3) + 10 * (position % 3));
        }
        // Ten positions are an epoch: four images, the last of them once.
        assertThat(IntStream.range(0, 10).map(i -> thrice.at(2, i)).distinct().count())
                .isEqualTo(4);
        assertThat(IntStream.range(0, 30).map(i -> thrice.draw(2, i)).distinct().count())
                .isEqualTo(30);
    }

    @Test
    void withoutRepeatsTheDrawIsTheImage() {
        EpochOrder order = new EpochOrder(100, 5);
        assertThat(IntStream.range(0, 100).map(i -> order.draw(3, i)).toArray()).isEqualTo(order(100, 5, 3));
    }

    @Test
    void moreRepeatsThanCanBeNumberedAreRefused() {
        assertThat(new EpochOrder(Integer.MAX_VALUE / 16, 16, 0).positions()).isPositive();
        assertThatThrownBy(() -> new EpochOrder(200_000_000, 16, 0))
                .isInstanceOf(DataException.class)
                .hasMessage("augment.repeats is 16, but must be at most 10 for a set of 200000000 images");
    }

    private static int[] order(int size, long seed, long epoch) {
        EpochOrder order = new EpochOrder(size, seed);
        return IntStream.range(0, size).map(i -> order.at(epoch, i)).toArray();
    }

    private static long samePlaces(int[] a, int[] b) {
        return IntStream.range(0, a.length).filter(i -> a[i] == b[i]).count();
    }
}

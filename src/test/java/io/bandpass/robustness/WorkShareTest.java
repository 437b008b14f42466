package io.bandpass.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WorkShareTest {
    private static final double[] PASSES = {1, 17, 1, 1, 60, 1, 33};

    private static double work(boolean[] mine) {
        return IntStream.range(0, mine.length)
                .filter(i -> mine[i])
                .mapToDouble(i -> PASSES[i % PASSES.length])
                .sum();
    }

    @Test
    void eachPartIsMeasuredByOneProcess() {
        boolean[][] shares = IntStream.range(0, 3)
                .mapToObj(job -> new WorkShare(job, 3).of(2, PASSES))
                .toArray(boolean[][]::new);
        for (int i = 0; i < 2 * PASSES.length; i++) {
            int part = i;
            assertThat(IntStream.range(0, 3).filter(job -> shares[job][part]).count())
                    .isEqualTo(1);
        }
        // 2 x 114 passes, of which none is split.
        for (boolean[] share : shares) {
            assertThat(work(share)).isBetween(68.0, 84.0);
        }
    }

    @Test
    void oneProcessMeasuresAll() {
        assertThat(WorkShare.ALL.of(1, PASSES)).containsOnly(true);
    }

    @Test
    void moreProcessesThanPartsLeaveSomeWithoutWork() {
        boolean[] third = new WorkShare(2, 3).of(1, new double[] {1, 1});
        assertThat(third).containsOnly(false);
    }
}

package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BatchShareTest {
    @Test
    void sharesFollowEachOther() {
        assertThat(new BatchShare(0, 3, false).positions(9)).containsExactly(0, 1, 2);
        assertThat(new BatchShare(2, 3, false).positions(9)).containsExactly(6, 7, 8);
        assertThat(BatchShare.WHOLE.positions(4)).containsExactly(0, 1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({"1, 7", "2, 8", "3, 12", "5, 30"})
    void mirroredSharesHaveThePartnersOfTheWholeBatch(int size, int batch) {
        int[] all = IntStream.range(0, size)
                .flatMap(rank -> IntStream.of(new BatchShare(rank, size, true).positions(batch)))
                .sorted()
                .toArray();
        assertThat(all).containsExactly(IntStream.range(0, batch).toArray());
        for (int rank = 0; rank < size; rank++) {
            int[] own = new BatchShare(rank, size, true).positions(batch);
            for (int i = 0; i < own.length; i++) {
                assertThat(own[own.length - 1 - i]).isEqualTo(batch - 1 - own[i]);
            }
        }
    }
}

package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MicroBatchSpansTest {
    @Test
    void theRestOfABatchIsSpreadOverItsParts() {
        List<Integer> sizes = MicroBatchSpans.of(157, 13).stream()
                .map(MicroBatchSpans.Span::size)
                .toList();
        assertThat(sizes).hasSize(13).containsOnly(12, 13);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(157);
        assertThat(MicroBatchSpans.of(10, 9))
                .containsExactly(new MicroBatchSpans.Span(0, 5), new MicroBatchSpans.Span(5, 10));
    }

    @ParameterizedTest
    @CsvSource({
        "16, 16",
        "16, 4",
        "16, 5",
        "17, 16",
        "1, 1",
        "1, 100",
        "7, 1",
        "2048, 300",
        "1000003, 999",
        "3, 2147483647"
    })
    void partsFollowOnEachOtherAndAreAsFewAsTheLargestSizeAllows(int size, int most) {
        List<MicroBatchSpans.Span> parts = MicroBatchSpans.of(size, most);
        assertThat(parts).hasSize((int) Math.ceil(size / (double) most));
        int from = 0;
        for (MicroBatchSpans.Span part : parts) {
            assertThat(part.from()).isEqualTo(from);
            assertThat(part.size())
                    .isBetween(MicroBatchSpans.smallest(size, most), MicroBatchSpans.largest(size, most))
                    .isLessThanOrEqualTo(most);
            from = part.to();
        }
        assertThat(from).isEqualTo(size);
        assertThat(MicroBatchSpans.largest(size, most) - MicroBatchSpans.smallest(size, most))
                .isBetween(0, 1);
        assertThat(MicroBatchSpans.of(size, MicroBatchSpans.largest(size, most)))
                .as("dividing by the largest part changes nothing")
                .isEqualTo(parts);
    }
}

package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.torch.Tensors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

final class PatchMaskTest {
    private static final Device CPU = new Device("cpu");
    private static final PatchMask GRID = new PatchMask(28, 4);

    @Test
    void eachImageLosesExactlySoManyCells() {
        for (int count = 1; count < 49; count += 6) {
            for (boolean[] image : GRID.draw(count, 3, 1, new int[] {0, 5, 6, 100_000})) {
                assertThat(PatchMask.count(new boolean[][] {image})).isEqualTo(count);
            }
        }
    }

    @Test
    void anImagesMaskFollowsFromSeedEpochAndIndexAlone() {
        boolean[][] together = GRID.draw(30, 3, 1, new int[] {4, 9, 2});
        assertThat(GRID.draw(30, 3, 1, new int[] {2, 4})).isDeepEqualTo(new boolean[][] {together[2], together[0]});
        assertThat(GRID.draw(30, 3, 2, new int[] {4})[0]).isNotEqualTo(together[0]);
        assertThat(GRID.draw(30, 4, 1, new int[] {4})[0]).isNotEqualTo(together[0]);
        assertThat(together[1]).isNotEqualTo(together[0]);
    }

    @Test
    void allCellsAndPairsOfNeighboursAreAsLikely() {
        int draws = 20_000;
        boolean[][] mask = GRID.draw(30, 1, 0, IntStream.range(0, draws).toArray());
        double single = 30 / 49.0;
        double pair = single * 29 / 48;
        for (int cell = 0; cell < 48; cell++) {
            int alone = 0;
            int both = 0;
            for (boolean[] image : mask) {
                alone += image[cell] ? 1 : 0;
                both += image[cell] && image[cell + 1] ? 1 : 0;
            }
            // Five standard deviations of a share of 20,000.
            assertThat(alone / (double) draws).isBetween(single - 0.018, single + 0.018);
            assertThat(both / (double) draws).isBetween(pair - 0.018, pair + 0.018);
        }
    }

    @Test
    void masksAsTensorsAreLaidOutRowByRow() {
        PatchMask grid = new PatchMask(4, 2);
        boolean[][] mask = {{true, false, false, false}, {false, true, true, true}};
        try (PointerScope scope = new PointerScope()) {
            assertThat(Tensors.toFloats(grid.cells(mask, CPU))).containsExactly(1, 0, 0, 0, 0, 1, 1, 1);
            Tensor pixels = grid.pixels(mask, CPU);
            assertThat(Tensors.shape(pixels)).containsExactly(2, 1, 4, 4);
            assertThat(Tensors.toFloats(pixels))
                    .containsExactly(
                            1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                            1);
            assertThat(Tensors.toFloats(grid.drawn(mask).get(0).tensor())).containsExactly(1, 0, 0, 0, 0, 1, 1, 1);
        }
    }

    @Test
    void visibleCellsRise() {
        PatchMask grid = new PatchMask(4, 2);
        try (PointerScope scope = new PointerScope()) {
            boolean[][] mask = {{true, false, false, true}, {false, true, true, false}};
            assertThat(Tensors.toFloats(grid.visible(mask, CPU))).containsExactly(1, 2, 0, 3);
            boolean[][] uneven = {{true, false, false, true}, {false, true, true, true}};
            assertThatThrownBy(() -> grid.visible(uneven, CPU)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}

package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Positions of tokens in a rectangle, from those of a square. */
final class TokenGridTest {
    private static final int EDGE = 4;

    private static RelativePositionBias bias(int edge, boolean classToken) {
        RelativePositionBias bias = new RelativePositionBias(edge, classToken, 3);
        torch.manual_seed(6);
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor table = bias.parameters().get(0).tensor();
            table.copy_(torch.randn_like(table));
        }
        return bias;
    }

    /** The tokens of a grid as tokens of the square whose upper left part it is. */
    private static Tensor inSquare(TokenGrid grid, int edge, boolean classToken) {
        int first = classToken ? 1 : 0;
        long[] tokens = new long[(int) grid.tokens() + first];
        for (int i = first; i < tokens.length; i++) {
            int at = i - first;
            tokens[i] = first + (long) (at / grid.columns()) * edge + at % grid.columns();
        }
        return Tensors.ofLongs(tokens, tokens.length);
    }

    @ParameterizedTest
    @CsvSource({"2, 4, true", "3, 2, true", "4, 4, true", "1, 3, false", "3, 3, false", "2, 8, true", "8, 2, false"})
    void biasesAreThoseOfASquareThatHoldsTheGrid(int rows, int columns, boolean classToken) {
        try (PointerScope scope = new PointerScope();
                RelativePositionBias bias = bias(EDGE, classToken)) {
            TokenGrid grid = new TokenGrid(rows, columns);
            Tensor actual = bias.forward(grid);
            int reach = Math.max(EDGE, Math.max(rows, columns));
            if (reach == EDGE) {
                Tensor tokens = inSquare(grid, EDGE, classToken);
                Tensor all = bias.forward(EDGE * EDGE + (classToken ? 1 : 0));
                Tensor expected = all.index_select(1, tokens).index_select(2, tokens);
                assertThat(Golden.largestDifference(actual, expected)).isZero();
                return;
            }
            // Only the longer axis is interpolated: along the other, offset 0 is that of the larger square's middle.
            long tokens = grid.tokens() + (classToken ? 1 : 0);
            assertThat(Tensors.shape(actual)).containsExactly(3, tokens, tokens);
            long first = classToken ? 1 : 0;
            Tensor own = bias.forward(EDGE * EDGE + first);
            assertThat(Golden.largestDifference(
                            actual.select(1, first).select(1, first),
                            own.select(1, first).select(1, first)))
                    .isLessThan(1e-6);
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void biasesOfALargerSquareAreInterpolatedAsOnLoading(boolean classToken) {
        int larger = 7;
        try (PointerScope scope = new PointerScope();
                RelativePositionBias small = bias(EDGE, classToken);
                RelativePositionBias large = bias(larger, classToken);
                NoGradGuard guard = new NoGradGuard()) {
            Tensor table = large.parameters().get(0).tensor();
            table.copy_(PositionInterpolation.relative(small.parameters().get(0).tensor(), table.size(0)));
            Tensor expected = large.forward(TokenGrid.square(larger));
            assertThat(Golden.largestDifference(small.forward(TokenGrid.square(larger)), expected))
                    .isLessThan(1e-6);
        }
    }

    @Test
    void absolutePositionsAreInterpolatedToARectangle() {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(3);
            Tensor table = torch.randn(1, 1 + EDGE * EDGE, 5);
            Tensor actual = PositionInterpolation.fitting(table, new TokenGrid(2, 8));
            assertThat(Tensors.shape(actual)).containsExactly(1, 17, 5);
            assertThat(Golden.largestDifference(actual.select(1, 0), table.select(1, 0)))
                    .isZero();
            Tensor map = Tensors.slice(table, 1, 1, 17).transpose(1, 2).reshape(1, 5, EDGE, EDGE);
            Tensor expected = torch.upsample_bicubic2d(map, new long[] {2, 8}, false);
            assertThat(Golden.largestDifference(
                            Tensors.slice(actual, 1, 1, 17).transpose(1, 2).reshape(1, 5, 2, 8), expected))
                    .isLessThan(1e-6);
            assertThat(PositionInterpolation.fitting(table, TokenGrid.square(EDGE)))
                    .isSameAs(table);
        }
    }
}

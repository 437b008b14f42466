package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Relative position bias: a trained value per head and per offset between two tokens on a square, added to the
 * attention logits (Liu et al., ICCV 2021, section 3.2; with a class token as in Bao et al., ICLR 2022; method.md
 * section 3).
 *
 * <p>The table's row for the offset d = query - key is (dy + w - 1) * (2w - 1) + (dx + w - 1), with w tokens along an
 * edge. A class token adds three rows: as query, as key, and to itself. A smaller square uses the same rows for the
 * same offsets; the rows of larger offsets are unused.
 */
public final class RelativePositionBias extends Layer {
    /** Name of the table, as in timm and in the authors' code. */
    public static final String TABLE = "relative_position_bias_table";

    private static final int CLASS_ROWS = 3;

    private final int edge;
    private final int first;
    private final Tensor table;
    /** Row of each query-key pair, query by query, keyed by the number of tokens: (1, tokens^2), int64. */
    private final Map<Long, Tensor> rows = new HashMap<>();

    /**
     * Creates a bias of zeros.
     *
     * @param edge tokens along each edge of the square
     * @param classToken whether a class token precedes those of the square
     */
    public RelativePositionBias(int edge, boolean classToken, int heads) {
        this.edge = edge;
        first = classToken ? 1 : 0;
        table = parameter(TABLE, tableRows(TokenGrid.square(edge), classToken), heads);
        alsoFor(edge);
    }

    /**
     * Adds support for the tokens of a smaller square.
     *
     * @param smaller tokens along each of its edges
     */
    public void alsoFor(int smaller) {
        if (smaller > edge) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "relative positions of %d tokens along an edge do not reach over %d", edge, smaller));
        }
        long tokens = first + (long) smaller * smaller;
        if (rows.containsKey(tokens)) {
            return;
        }
        rows.put(tokens, constant(pairs(TokenGrid.square(smaller), TokenGrid.square(edge), first)));
    }

    /**
     * Returns the table row of each query-key pair, query by query.
     *
     * @param grid of the tokens, at most as large as the reach
     * @param reach grid whose offsets the table holds
     * @param first number of class tokens, which precede the grid
     * @return (1, tokens^2), int64
     */
    private static Tensor pairs(TokenGrid grid, TokenGrid reach, int first) {
        long tokens = first + grid.tokens();
        long[] pairs = new long[Math.toIntExact(tokens * tokens)];
        for (int query = 0; query < tokens; query++) {
            for (int key = 0; key < tokens; key++) {
                pairs[(int) (query * tokens) + key] = row(query - first, key - first, grid.columns(), reach);
            }
        }
        return Tensors.ofLongs(pairs, 1, pairs.length);
    }

    /**
     * Returns the table row of each query-key pair, as other programs store it beside the table.
     *
     * @param edge tokens along each edge of the square
     * @param classToken whether a class token precedes those of the square
     * @return (tokens, tokens), int64
     */
    public static Tensor rows(int edge, boolean classToken) {
        int first = classToken ? 1 : 0;
        long tokens = first + (long) edge * edge;
        return pairs(TokenGrid.square(edge), TokenGrid.square(edge), first).view(tokens, tokens);
    }

    private static long tableRows(TokenGrid reach, boolean classToken) {
        long distances = (2L * reach.rows() - 1) * (2L * reach.columns() - 1);
        return distances + (classToken ? CLASS_ROWS : 0);
    }

    /**
     * Returns the row for two tokens of a grid, numbered in row-major order from 0; the class token is -1.
     *
     * @param columns of the grid
     * @param reach grid whose offsets the table holds
     */
    private static long row(int query, int key, int columns, TokenGrid reach) {
        long distances = tableRows(reach, false);
        if (query < 0) {
            return key < 0 ? distances + 2 : distances;
        }
        if (key < 0) {
            return distances + 1;
        }
        int down = query / columns - key / columns + reach.rows() - 1;
        int right = query % columns - key % columns + reach.columns() - 1;
        return down * (2L * reach.columns() - 1) + right;
    }

    /**
     * Returns the addend of the logits.
     *
     * @param tokens number of tokens, of the square or of one registered with {@link #alsoFor}
     * @return (heads, tokens, tokens)
     */
    public Tensor forward(long tokens) {
        Tensor pairs = rows.get(tokens);
        if (pairs == null) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "there are no relative positions for %d tokens, but for %s", tokens, rows.keySet()));
        }
        return gathered(table.t(), pairs, tokens);
    }

    /**
     * Returns the addend of the logits for a grid of any size. Along an axis that is longer than the edge of the square,
     * the table is interpolated as in {@link PositionInterpolation#relative}.
     *
     * @return (heads, tokens, tokens), tokens those of the grid and the class token, if there is one
     */
    public Tensor forward(TokenGrid grid) {
        long tokens = first + grid.tokens();
        if (grid.isSquare() && rows.containsKey(tokens)) {
            return forward(tokens);
        }
        TokenGrid reach = new TokenGrid(Math.max(edge, grid.rows()), Math.max(edge, grid.columns()));
        // Not kept: a program that sees many sizes of images would collect a table for each.
        Tensor pairs = Tensors.to(pairs(grid, reach, first), table.device());
        return gathered(reaching(reach), pairs, tokens);
    }

    /**
     * Gathers the rows of pairs, head-major, so that the backward pass is a single fast sum per head.
     *
     * @param values (heads, rows)
     */
    private static Tensor gathered(Tensor values, Tensor pairs, long tokens) {
        long heads = values.size(0);
        // (heads, tokens^2) -> (heads, tokens, tokens)
        return values.gather(1, pairs.expand(heads, -1)).view(heads, tokens, tokens);
    }

    /** Returns the table with the offsets of a grid that is at least as large as the square: (heads, rows). */
    private Tensor reaching(TokenGrid reach) {
        if (reach.equals(TokenGrid.square(edge))) {
            return table.t();
        }
        long heads = table.size(1);
        long along = 2L * edge - 1;
        Tensor maps = Tensors.slice(table, 0, 0, along * along)
                .to(ScalarType.Double)
                .t() // (heads, along^2)
                .reshape(heads, along, along);
        if (reach.rows() > edge) {
            maps = torch.matmul(distanceWeights(reach.rows()), maps);
        }
        if (reach.columns() > edge) {
            maps = torch.matmul(maps, distanceWeights(reach.columns()).t());
        }
        Tensor distances = maps.to(table.scalar_type()).flatten(1, 2); // (heads, (2 rows - 1) * (2 columns - 1))
        Tensor ofClassToken =
                Tensors.slice(table, 0, along * along, table.size(0)).t(); // (heads, 0 or 3)
        return torch.cat(new TensorVector(distances, ofClassToken), 1);
    }

    private Tensor distanceWeights(int longer) {
        return Tensors.to(PositionInterpolation.distanceWeights(edge - 1, longer - 1), table.device());
    }

    /** The authors' code does decay these tables, because a comparison of names never matches (method.md section 7). */
    @Override
    protected boolean decays(String name, Tensor tensor) {
        return false;
    }
}

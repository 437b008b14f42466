package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

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
        table = parameter(TABLE, tableRows(edge, classToken), heads);
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
        long[] pairs = new long[Math.toIntExact(tokens * tokens)];
        for (int query = 0; query < tokens; query++) {
            for (int key = 0; key < tokens; key++) {
                pairs[(int) (query * tokens) + key] = row(query - first, key - first, smaller);
            }
        }
        rows.put(tokens, constant(Tensors.ofLongs(pairs, 1, pairs.length)));
    }

    private static long tableRows(int edge, boolean classToken) {
        long distances = (2L * edge - 1) * (2L * edge - 1);
        return distances + (classToken ? CLASS_ROWS : 0);
    }

    /**
     * Returns the row for two tokens of a square, numbered in row-major order from 0; the class token is -1.
     *
     * @param along tokens along each edge of the square
     */
    private long row(int query, int key, int along) {
        long distances = tableRows(edge, false);
        if (query < 0) {
            return key < 0 ? distances + 2 : distances;
        }
        if (key < 0) {
            return distances + 1;
        }
        int down = query / along - key / along + edge - 1;
        int right = query % along - key % along + edge - 1;
        return down * (2L * edge - 1) + right;
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
        long heads = table.size(1);
        // Head-major, so that the backward pass is a single fast sum per head: (heads, tokens^2) -> (heads, tokens,
        // tokens).
        return table.t().gather(1, pairs.expand(heads, -1)).view(heads, tokens, tokens);
    }

    /** The authors' code does decay these tables, because a comparison of names never matches (method.md section 7). */
    @Override
    protected boolean decays(String name, Tensor tensor) {
        return false;
    }
}

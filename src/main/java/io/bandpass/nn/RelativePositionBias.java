package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * A trained number for each head and each distance of two tokens on a square, which attention adds to its logits (Liu et
 * al., ICCV 2021, section 3.2; with a class token as in Bao et al., ICLR 2022; method.md section 3).
 *
 * <p>For tokens d = query - key apart the row of the table is (dy + w - 1) * (2w - 1) + (dx + w - 1), with w tokens along
 * an edge. Three rows more, where there is a class token: as query, as key, and to itself.
 */
public final class RelativePositionBias extends Layer {
    /** The name of the table, as in timm and in the authors' program. */
    public static final String TABLE = "relative_position_bias_table";

    private static final int CLASS_ROWS = 3;

    private final long tokens;
    private final Tensor table;
    /** The row of each pair of tokens, query by query: (1, tokens^2), int64. */
    private final Tensor rows;

    /**
     * A bias of zeros.
     *
     * @param edge tokens along each edge of the square
     * @param classToken whether a class token comes before those of the square
     */
    public RelativePositionBias(int edge, boolean classToken, int heads) {
        int first = classToken ? 1 : 0;
        tokens = first + (long) edge * edge;
        table = parameter(TABLE, tableRows(edge, classToken), heads);
        long[] pairs = new long[Math.toIntExact(tokens * tokens)];
        for (int query = 0; query < tokens; query++) {
            for (int key = 0; key < tokens; key++) {
                pairs[(int) (query * tokens) + key] = row(query - first, key - first, edge);
            }
        }
        rows = constant(Tensors.ofLongs(pairs, 1, pairs.length));
    }

    private static long tableRows(int edge, boolean classToken) {
        long distances = (2L * edge - 1) * (2L * edge - 1);
        return distances + (classToken ? CLASS_ROWS : 0);
    }

    /** The row for two tokens of the square, row by row from 0; the class token is -1. */
    private static long row(int query, int key, int edge) {
        long distances = tableRows(edge, false);
        if (query < 0) {
            return key < 0 ? distances + 2 : distances;
        }
        if (key < 0) {
            return distances + 1;
        }
        int down = query / edge - key / edge + edge - 1;
        int right = query % edge - key % edge + edge - 1;
        return down * (2L * edge - 1) + right;
    }

    /** What to add to the logits: (heads, tokens, tokens). */
    public Tensor forward() {
        long heads = table.size(1);
        // Head by head, so that the backward pass is one quick sum into each head's column.
        return table.t().gather(1, rows.expand(heads, -1)).view(heads, tokens, tokens);
    }

    /** The authors' program decays these tables, because a comparison of names never matches (method.md section 9). */
    @Override
    protected boolean decays(String name, Tensor tensor) {
        return false;
    }
}

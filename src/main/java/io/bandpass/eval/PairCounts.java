package io.bandpass.eval;

import java.util.HashMap;
import java.util.Map;

/**
 * How often each pair of a row and a column was seen, as in a confusion matrix: a table, or, where that would be large,
 * only the pairs that were seen.
 */
public final class PairCounts {
    /** Numbers of the largest table: 8 MiB, as for 1,000 classes. */
    static final long LARGEST_TABLE = 1 << 20;

    /** Takes the count of a pair. */
    @FunctionalInterface
    public interface Visitor {
        void visit(int row, int column, long count);
    }

    private final int columns;
    private final long[] table;
    private final Map<Long, Long> seen = new HashMap<>();

    PairCounts(int rows, int columns) {
        this.columns = columns;
        long cells = (long) rows * columns;
        table = new long[cells <= LARGEST_TABLE ? (int) cells : 0];
    }

    void add(int row, int column, long count) {
        long cell = (long) row * columns + column;
        if (table.length > 0) {
            table[(int) cell] += count;
        } else {
            seen.merge(cell, count, Long::sum);
        }
    }

    /** Returns the count of a pair. */
    public long get(int row, int column) {
        long cell = (long) row * columns + column;
        return table.length > 0 ? table[(int) cell] : seen.getOrDefault(cell, 0L);
    }

    /** Visits the pairs that were seen, in no particular order. */
    public void each(Visitor visitor) {
        for (int cell = 0; cell < table.length; cell++) {
            if (table[cell] > 0) {
                visitor.visit(cell / columns, cell % columns, table[cell]);
            }
        }
        seen.forEach((cell, count) -> visitor.visit((int) (cell / columns), (int) (cell % columns), count));
    }
}

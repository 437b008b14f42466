package io.bandpass.nn;

/**
 * A rectangle of tokens, numbered in row-major order.
 *
 * @param rows of tokens, above 0
 * @param columns of tokens, above 0
 */
public record TokenGrid(int rows, int columns) {
    /** Returns a grid with as many rows as columns. */
    public static TokenGrid square(int edge) {
        return new TokenGrid(edge, edge);
    }

    /** Number of tokens. */
    public long tokens() {
        return (long) rows * columns;
    }

    public boolean isSquare() {
        return rows == columns;
    }
}

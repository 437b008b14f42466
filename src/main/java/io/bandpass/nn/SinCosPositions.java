package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Fixed 2-D sine-cosine positions (method.md section 3). */
public final class SinCosPositions {
    private SinCosPositions() {}

    /**
     * Returns one row per token: sin(column), cos(column), sin(row), cos(row), each at C/4 frequencies 10000^(-i /
     * (C/4)). The class token's row is 0.
     *
     * @return (1, 1 + rows * columns, width), float32
     */
    public static Tensor table(int rows, int columns, int width) {
        int quarter = width / 4;
        float[] table = new float[(1 + rows * columns) * width];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int start = (1 + row * columns + column) * width;
                for (int i = 0; i < quarter; i++) {
                    double frequency = Math.pow(10_000, -i / (double) quarter);
                    table[start + i] = (float) Math.sin(column * frequency);
                    table[start + quarter + i] = (float) Math.cos(column * frequency);
                    table[start + 2 * quarter + i] = (float) Math.sin(row * frequency);
                    table[start + 3 * quarter + i] = (float) Math.cos(row * frequency);
                }
            }
        }
        return Tensors.ofFloats(table, 1, table.length / width, width);
    }
}

package io.bandpass.testing;

import io.bandpass.torch.Tensors;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A segmentation model of a few numbers, whose logits depend on the mean colour of a cell of 4 x 4 pixels and on its
 * place in the window: A . colour + B . (sin(row / 2), cos(0.4 column)).
 */
public final class ToySegmenter implements UnaryOperator<Tensor>, AutoCloseable {
    private static final int CELL = 4;

    private final Tensor colour;
    private final Tensor place;

    /**
     * Creates the model.
     *
     * @param colour A, (K, 3)
     * @param place B, (K, 2)
     */
    public ToySegmenter(Tensor colour, Tensor place) {
        this.colour = Tensors.keep(colour.clone());
        this.place = Tensors.keep(place.clone());
    }

    /** Returns the logits (n, K, h / 4, w / 4) of windows (n, 3, h, w), uint8. */
    @Override
    public Tensor apply(Tensor windows) {
        Tensor unit = windows.to(ScalarType.Float).div(new Scalar(255));
        long rows = windows.size(2) / CELL;
        long columns = windows.size(3) / CELL;
        Tensor cells = unit.narrow(2, 0, rows * CELL)
                .narrow(3, 0, columns * CELL)
                .reshape(windows.size(0), 3, rows, CELL, columns, CELL);
        Tensor means = Tensors.mean(cells, 3, 5); // (n, 3, rows, columns)
        long classes = colour.size(0);
        Tensor ofColour = torch.matmul(colour, means.flatten(2, 3)).view(windows.size(0), classes, rows, columns);
        Tensor down = places(rows, 0.5)
                .sin()
                .view(1, 1, rows, 1)
                .mul(place.select(1, 0).view(1, classes, 1, 1));
        Tensor across = places(columns, 0.4)
                .cos()
                .view(1, 1, 1, columns)
                .mul(place.select(1, 1).view(1, classes, 1, 1));
        return ofColour.add(down).add(across);
    }

    private static Tensor places(long count, double factor) {
        float[] values = new float[(int) count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (factor * i);
        }
        return Tensors.ofFloats(values, count);
    }

    @Override
    public void close() {
        colour.close();
        place.close();
    }
}

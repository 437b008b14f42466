package io.bandpass.testing;

import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.PositionInterpolation;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The state of an encoder or task in one for smaller images, whose tables of positions are smaller. */
public final class SmallerState {
    private static final int CLASS_ROWS = 3;

    private SmallerState() {}

    /** Absolute positions are interpolated; of relative ones the near distances stay. */
    public static void copy(List<NamedTensor> from, List<NamedTensor> to) {
        Map<String, Tensor> values = NamedTensor.byName(from);
        try (NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor entry : to) {
                Tensor value = Objects.requireNonNull(values.get(entry.name()), entry.name());
                if (!Arrays.equals(Tensors.shape(value), Tensors.shape(entry.tensor()))) {
                    value = entry.name().endsWith("pos_embed")
                            ? PositionInterpolation.absolute(
                                    value, entry.tensor().size(1))
                            : near(value, entry.tensor().size(0));
                }
                entry.tensor().copy_(value);
            }
        }
    }

    /** The rows of a relative position table for distances that a smaller square has. */
    private static Tensor near(Tensor table, long rows) {
        long last = PositionInterpolation.edge(rows) % 2 == 1 ? 0 : CLASS_ROWS;
        long all = PositionInterpolation.edge(table.size(0) - last);
        long few = PositionInterpolation.edge(rows - last);
        long start = (all - few) / 2;
        Tensor square = Tensors.slice(table, 0, 0, all * all).view(all, all, -1);
        Tensor middle = Tensors.slice(Tensors.slice(square, 0, start, start + few), 1, start, start + few);
        Tensor classRows = Tensors.slice(table, 0, all * all, table.size(0));
        return torch.cat(new TensorVector(middle.reshape(few * few, -1), classRows));
    }
}

package io.bandpass.weights;

import io.bandpass.encoder.Encoder;
import io.bandpass.format.WeightsException;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.PositionInterpolation;
import io.bandpass.nn.SinCosPositions;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Position tables of weights: detects fixed ones and resizes them for another image size. */
public final class PositionTables {
    /** Tolerance for tables computed in float32; it grows with the grid, as rounding of the angles does. */
    private static final double TOLERANCE = 1e-6;

    private static final double HALF_TOLERANCE = 1e-3;
    private static final double BFLOAT_TOLERANCE = 8e-3;
    private static final int USUAL_GRID = 8;
    private static final int LARGEST = 1 << 24;

    private PositionTables() {}

    /**
     * Returns whether positions are the fixed sine-cosine ones.
     *
     * @param positions (1, 1 + L, C), the class token first
     */
    public static boolean areSinCos(Tensor positions) {
        long rows = positions.size(1) - 1;
        long columns = positions.size(2);
        // An empty table could claim any size.
        if (positions.size(0) != 1
                || rows < 1
                || columns < 1
                || columns % 4 != 0
                || columns > LARGEST
                || rows > LARGEST) {
            return false;
        }
        int grid = (int) Math.round(Math.sqrt((double) rows));
        int width = (int) columns;
        if ((long) grid * grid != rows) {
            return false;
        }
        double tolerance = switch (positions.scalar_type().intern()) {
            case Half -> HALF_TOLERANCE;
            case BFloat16 -> BFLOAT_TOLERANCE;
            default -> TOLERANCE * Math.max(1, (double) grid / USUAL_GRID);
        };
        try (PointerScope scope = new PointerScope()) {
            Tensor fixed = SinCosPositions.table(grid, grid, width);
            return positions.to(ScalarType.Float).sub(fixed).abs().max().item_double() <= tolerance;
        }
    }

    /**
     * Returns the values with their position tables resized to an encoder for another image size: trained tables are
     * interpolated, fixed ones recomputed.
     */
    public static Map<String, Tensor> resized(Map<String, Tensor> values, Encoder encoder) {
        Map<String, Tensor> fixed = NamedTensor.byName(encoder.buffers());
        Map<String, Tensor> resized = new LinkedHashMap<>(values);
        for (NamedTensor entry : encoder.state()) {
            String name = entry.name();
            Tensor value = values.get(name);
            long rows = entry.tensor().dim() > 1
                    ? entry.tensor().size(entry.tensor().dim() - 2)
                    : 0;
            if (value == null || Arrays.equals(Tensors.shape(value), Tensors.shape(entry.tensor()))) {
                continue;
            }
            if (name.endsWith("pos_embed")) {
                resized.put(
                        name,
                        fixed.containsKey(name)
                                ? entry.tensor()
                                : PositionInterpolation.absolute(value.to(ScalarType.Float), rows));
            } else if (name.endsWith("relative_position_bias_table")) {
                resized.put(name, relative(name, value, rows));
            }
        }
        return resized;
    }

    private static Tensor relative(String name, Tensor table, long rows) {
        try {
            return PositionInterpolation.relative(table.to(ScalarType.Float), rows);
        } catch (IllegalArgumentException e) {
            throw new WeightsException("tensor " + name + " cannot be interpolated: " + e.getMessage());
        }
    }

    /** Returns the same values as float32. */
    public static Map<String, Tensor> floats(Map<String, Tensor> values) {
        Map<String, Tensor> floats = new LinkedHashMap<>();
        values.forEach((name, value) -> floats.put(name, value.to(ScalarType.Float)));
        return floats;
    }
}

package io.bandpass.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Short forms of tensor calls whose bindings have awkward overloads. None of them keeps state. */
public final class Tensors {
    private static final long ROWS_AT_ONCE = 1024;

    private Tensors() {}

    /** A float32 tensor on the CPU with a copy of these values in row-major order. */
    public static Tensor ofFloats(float[] values, long... shape) {
        return Tensor.create(values, shape);
    }

    /** An int64 tensor on the CPU with a copy of these values. */
    public static Tensor ofLongs(long[] values, long... shape) {
        return Tensor.create(values, shape);
    }

    /** Uninitialised tensor on the CPU. */
    public static Tensor empty(ScalarType type, long... shape) {
        return torch.empty(shape, new TensorOptions(type), null);
    }

    /** Zeros on the CPU. */
    public static Tensor zeros(ScalarType type, long... shape) {
        return torch.zeros(shape, new TensorOptions(type));
    }

    /** The values of a tensor of any type and device, converted to float32, in row-major order. */
    public static float[] toFloats(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor plain = tensor.detach().cpu().to(ScalarType.Float).contiguous();
            float[] values = new float[Math.toIntExact(plain.numel())];
            plain.data_ptr_float().get(values);
            return values;
        }
    }

    /** The values of an int64 tensor, in row-major order. */
    public static long[] toLongs(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor plain = tensor.detach().cpu().contiguous();
            long[] values = new long[Math.toIntExact(plain.numel())];
            plain.data_ptr_long().get(values);
            return values;
        }
    }

    /** The values of a tensor of any type and device, converted to float64, in row-major order. */
    public static double[] toDoubles(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor plain = tensor.detach().cpu().to(ScalarType.Double).contiguous();
            double[] values = new double[Math.toIntExact(plain.numel())];
            plain.data_ptr_double().get(values);
            return values;
        }
    }

    /** Shape as an array. */
    public static long[] shape(Tensor tensor) {
        long[] shape = new long[Math.toIntExact(tensor.dim())];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = tensor.size(i);
        }
        return shape;
    }

    /** Elements {@code from} (inclusive) to {@code to} (exclusive) along an axis, as a view. */
    public static Tensor slice(Tensor tensor, int axis, long from, long to) {
        return tensor.slice(axis, new LongOptional(from), new LongOptional(to), 1);
    }

    public static Tensor add(Tensor tensor, double value) {
        return tensor.add(new Scalar(value));
    }

    public static Tensor multiply(Tensor tensor, double value) {
        return tensor.mul(new Scalar(value));
    }

    /** The same values (N, C, H, W) with the channels of a pixel side by side in memory. */
    public static Tensor channelsLast(Tensor maps) {
        return maps.contiguous(MemoryFormat.ChannelsLast);
    }

    /**
     * The L2 norm of all elements, a scalar tensor. LibTorch sums to one number on one thread and in one float32: rows
     * first are shared between threads, and lose fewer digits.
     */
    public static Tensor norm(Tensor tensor) {
        if (tensor.dim() < 2) {
            return tensor.norm();
        }
        long[] allButRows = LongStream.range(1, tensor.dim()).toArray();
        return tensor.norm(new ScalarOptional(new Scalar(2)), allButRows, false).norm();
    }

    /** How many rows (N, ...) hold a number that is not finite; looked at in blocks, as LibTorch copies what it looks at. */
    public static long rowsNotFinite(Tensor rows) {
        long count = 0;
        for (long from = 0; from < rows.size(0); from += ROWS_AT_ONCE) {
            try (PointerScope scope = new PointerScope()) {
                Tensor block = slice(rows, 0, from, Math.min(rows.size(0), from + ROWS_AT_ONCE));
                Tensor finite = block.isfinite().flatten(1, -1).all(1, false);
                count += finite.logical_not().sum().item_long();
            }
        }
        return count;
    }

    /** Whether every element is finite; whole numbers always are. */
    public static boolean isFinite(Tensor tensor) {
        if (!tensor.is_floating_point()) {
            return true;
        }
        try (PointerScope scope = new PointerScope()) {
            return tensor.detach().isfinite().all().item_bool();
        }
    }

    /** 1 - tensor. */
    public static Tensor oneMinus(Tensor tensor) {
        return add(tensor.neg(), 1);
    }

    /** Sum over the given axes, which are dropped. */
    public static Tensor sum(Tensor tensor, long... axes) {
        return tensor.sum(axes, false, new ScalarTypeOptional());
    }

    /** Mean over the given axes, which are dropped. */
    public static Tensor mean(Tensor tensor, long... axes) {
        return tensor.mean(axes, false, new ScalarTypeOptional());
    }

    /** The tensor on a device, itself when it is there already; type unchanged. */
    public static Tensor to(Tensor tensor, Device device) {
        return tensor.to(device, tensor.scalar_type());
    }

    /**
     * Runs a computation in a scope of its own and hands its result to the caller's scope. Everything else that it made
     * is let go at once: what autograd does not need is freed before the step ends, and what it needs as soon as the
     * backward pass has used it.
     */
    public static Tensor scoped(Supplier<Tensor> computation) {
        PointerScope outer = PointerScope.getInnerScope();
        try (PointerScope scope = new PointerScope()) {
            Tensor result = computation.get();
            if (outer == null) {
                return keep(result);
            }
            outer.attach(result);
            return result;
        }
    }

    /**
     * Takes a tensor out of the innermost {@link PointerScope}, so that it lives until it is closed by hand. Without a
     * scope there is nothing to do.
     */
    public static Tensor keep(Tensor tensor) {
        detach(tensor);
        return tensor;
    }

    private static void detach(Pointer object) {
        PointerScope scope = PointerScope.getInnerScope();
        if (scope != null) {
            // Detaching releases a reference, and would free what nothing else holds.
            object.retainReference();
            scope.detach(object);
        }
    }

    /** A copy of a device that lives as long as the process: a few bytes, for whoever keeps it longer than the scope. */
    public static Device kept(Device device) {
        // A constructor of a device gives a second view of the same memory.
        Device copy = new Device(device.type(), device.index());
        detach(copy);
        return copy;
    }

    /** The memory of a contiguous CPU tensor as a little-endian buffer; valid while the tensor lives. */
    public static ByteBuffer bytes(Tensor contiguous) {
        if (!contiguous.is_contiguous() || !contiguous.device().is_cpu()) {
            throw new IllegalArgumentException("only the memory of a contiguous CPU tensor can be viewed");
        }
        long size = contiguous.numel() * contiguous.element_size();
        return new BytePointer(contiguous.data_ptr())
                .capacity(size)
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The memory of a contiguous float32 CPU tensor; valid while the tensor lives. */
    public static FloatBuffer floats(Tensor contiguous) {
        return bytes(contiguous).asFloatBuffer();
    }
}

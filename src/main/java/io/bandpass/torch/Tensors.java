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

/** Shorthands for tensor calls whose bindings have awkward overloads; stateless. */
public final class Tensors {
    private static final long ROWS_AT_ONCE = 1024;

    private Tensors() {}

    /** Copies values in row-major order into a float32 CPU tensor. */
    public static Tensor ofFloats(float[] values, long... shape) {
        return Tensor.create(values, shape);
    }

    /** Copies values into an int64 CPU tensor. */
    public static Tensor ofLongs(long[] values, long... shape) {
        return Tensor.create(values, shape);
    }

    /** Uninitialised CPU tensor. */
    public static Tensor empty(ScalarType type, long... shape) {
        return torch.empty(shape, new TensorOptions(type), null);
    }

    /** CPU tensor of zeros. */
    public static Tensor zeros(ScalarType type, long... shape) {
        return torch.zeros(shape, new TensorOptions(type));
    }

    /** Values of a tensor of any type and device, converted to float32, in row-major order. */
    public static float[] toFloats(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor plain = tensor.detach().cpu().to(ScalarType.Float).contiguous();
            float[] values = new float[Math.toIntExact(plain.numel())];
            plain.data_ptr_float().get(values);
            return values;
        }
    }

    /** Values of an int64 tensor, in row-major order. */
    public static long[] toLongs(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor plain = tensor.detach().cpu().contiguous();
            long[] values = new long[Math.toIntExact(plain.numel())];
            plain.data_ptr_long().get(values);
            return values;
        }
    }

    /** Values of a tensor of any type and device, converted to float64, in row-major order. */
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

    /** Returns the same values (N, C, H, W) in channels-last memory format. */
    public static Tensor channelsLast(Tensor maps) {
        return maps.contiguous(MemoryFormat.ChannelsLast);
    }

    /** Whether (N, C, H, W) is in channels-last memory format. */
    public static boolean isChannelsLast(Tensor maps) {
        return maps.is_contiguous(MemoryFormat.ChannelsLast);
    }

    /**
     * L2 norm of all elements, a scalar tensor. LibTorch reduces to a single number on one thread with one float32
     * accumulator; reducing each row first uses all threads and loses fewer digits.
     */
    public static Tensor norm(Tensor tensor) {
        if (tensor.dim() < 2) {
            return tensor.norm();
        }
        long[] allButRows = LongStream.range(1, tensor.dim()).toArray();
        return tensor.norm(new ScalarOptional(new Scalar(2)), allButRows, false).norm();
    }

    /** Counts rows (N, ...) that hold NaN or infinity, block by block because {@code isfinite} copies its input. */
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

    /** Whether every element is finite; always true for integer types. */
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

    /** Sum over some axes, which are dropped. */
    public static Tensor sum(Tensor tensor, long... axes) {
        return tensor.sum(axes, false, new ScalarTypeOptional());
    }

    /** Mean over some axes, which are dropped. */
    public static Tensor mean(Tensor tensor, long... axes) {
        return tensor.mean(axes, false, new ScalarTypeOptional());
    }

    /** Converts a tensor of a smaller type to float32; float64 stays. */
    public static Tensor atLeastFloat(Tensor tensor) {
        return tensor.scalar_type().intern() == ScalarType.Double ? tensor : tensor.to(ScalarType.Float);
    }

    /** Moves a tensor to a device, or returns it if it is already there; the type stays. */
    public static Tensor to(Tensor tensor, Device device) {
        return tensor.to(device, tensor.scalar_type());
    }

    /**
     * Runs a computation in a new scope and hands its result to the caller's scope. All other tensors are released at
     * once: those that autograd does not need are freed before the step ends, the others as soon as the backward pass
     * has used them.
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
     * Detaches a tensor or another native object from the innermost {@link PointerScope}, if any, so that it lives until
     * it is closed explicitly.
     */
    public static <P extends Pointer> P keep(P object) {
        detach(object);
        return object;
    }

    private static void detach(Pointer object) {
        PointerScope scope = PointerScope.getInnerScope();
        if (scope != null) {
            // Detaching releases a reference, which would free an object that nothing else holds.
            object.retainReference();
            scope.detach(object);
        }
    }

    /** Copy of a device that lives as long as the process (a few bytes), for callers that outlive the scope. */
    public static Device kept(Device device) {
        // The copy constructor of Device returns a second view of the same memory.
        Device copy = new Device(device.type(), device.index());
        detach(copy);
        return copy;
    }

    /** Memory of a contiguous CPU tensor as a little-endian buffer; valid while the tensor lives. */
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

    /** Memory of a contiguous float32 CPU tensor; valid while the tensor lives. */
    public static FloatBuffer floats(Tensor contiguous) {
        return bytes(contiguous).asFloatBuffer();
    }
}

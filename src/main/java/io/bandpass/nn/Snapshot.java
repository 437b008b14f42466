package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** The values that tensors had when it was taken, to be put back or to be lent for a while. It outlives its scope. */
public final class Snapshot implements AutoCloseable {
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();

    public Snapshot(List<NamedTensor> state) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor each : state) {
                tensors.add(each.tensor());
                values.add(Tensors.keep(each.tensor().clone()));
            }
        }
    }

    /** Gives the tensors these values again, in place. */
    public void restore() {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < values.size(); i++) {
                tensors.get(i).copy_(values.get(i));
            }
        }
    }

    /** Computes something while the tensors have these values; afterwards they have their own again. */
    public <T> T during(Supplier<T> computation) {
        return swapped(tensors, values, computation);
    }

    /**
     * Computes something while tensors have the values of others, and those have theirs; afterwards all have their own
     * again.
     *
     * @param others as many, of the same shapes
     */
    public static <T> T swapped(List<Tensor> tensors, List<Tensor> others, Supplier<T> computation) {
        swap(tensors, others);
        try {
            return computation.get();
        } finally {
            swap(tensors, others);
        }
    }

    /** One tensor at a time, so that no third copy of a model is needed. */
    private static void swap(List<Tensor> tensors, List<Tensor> others) {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < tensors.size(); i++) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor now = tensors.get(i).clone();
                    tensors.get(i).copy_(others.get(i));
                    others.get(i).copy_(now);
                }
            }
        }
    }

    @Override
    public void close() {
        values.forEach(Tensor::close);
        values.clear();
        tensors.clear();
    }
}

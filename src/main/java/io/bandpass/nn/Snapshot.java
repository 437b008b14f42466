package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Snapshot of tensor values, to restore later or to swap in temporarily. It outlives the scope in which it was taken.
 */
public final class Snapshot implements AutoCloseable {
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();

    public Snapshot(List<NamedTensor> state) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor entry : state) {
                tensors.add(entry.tensor());
                values.add(Tensors.keep(entry.tensor().clone()));
            }
        }
    }

    /** Restores these values, in place. */
    public void restore() {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < values.size(); i++) {
                tensors.get(i).copy_(values.get(i));
            }
        }
    }

    /** Runs a computation while the tensors have these values, then swaps them back. */
    public <T> T during(Supplier<T> computation) {
        return swapped(tensors, values, computation);
    }

    /**
     * Runs a computation while two lists of tensors have swapped their values, then swaps them back.
     *
     * @param others same number and shapes
     */
    public static <T> T swapped(List<Tensor> tensors, List<Tensor> others, Supplier<T> computation) {
        swap(tensors, others);
        try {
            return computation.get();
        } finally {
            swap(tensors, others);
        }
    }

    /** Swaps one tensor at a time, so that no third copy of the model is needed. */
    private static void swap(List<Tensor> tensors, List<Tensor> others) {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < tensors.size(); i++) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor saved = tensors.get(i).clone();
                    tensors.get(i).copy_(others.get(i));
                    others.get(i).copy_(saved);
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

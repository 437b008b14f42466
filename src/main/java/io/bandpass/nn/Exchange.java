package io.bandpass.nn;

import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Lends other values to tensors, in place. */
public final class Exchange {
    private Exchange() {}

    /**
     * Computes something while tensors have the values of others, which have theirs meanwhile.
     *
     * @param others as many, of the same shapes
     */
    public static <T> T during(List<Tensor> tensors, List<Tensor> others, Supplier<T> look) {
        exchange(tensors, others);
        try {
            return look.get();
        } finally {
            exchange(tensors, others);
        }
    }

    /** One tensor at a time, so that no third copy of a model is needed. */
    private static void exchange(List<Tensor> tensors, List<Tensor> others) {
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
}

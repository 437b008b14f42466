package io.bandpass.train;

import io.bandpass.nn.Exchange;
import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** The values that tensors have now, kept for a look at them after they have been trained on. */
public final class StartingValues implements AutoCloseable {
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Tensor> kept = new ArrayList<>();

    public StartingValues(List<NamedTensor> state) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor each : state) {
                tensors.add(each.tensor());
                kept.add(Tensors.keep(each.tensor().clone()));
            }
        }
    }

    /** Computes something while the tensors have the kept values; after it they have again those that they had. */
    public <T> T during(Supplier<T> look) {
        return Exchange.during(tensors, kept, look);
    }

    @Override
    public void close() {
        kept.forEach(Tensor::close);
        kept.clear();
        tensors.clear();
    }
}

package io.bandpass.nn;

import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** The values that tensors had when this was made; it lives in the scope in which it was made. */
public final class Snapshot {
    private final List<NamedTensor> tensors;
    private final List<Tensor> values;

    public Snapshot(List<NamedTensor> tensors) {
        this.tensors = tensors;
        values = tensors.stream().map(each -> each.tensor().clone()).toList();
    }

    /** Gives the tensors these values again, in place. */
    public void restore() {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < values.size(); i++) {
                tensors.get(i).tensor().copy_(values.get(i));
            }
        }
    }
}

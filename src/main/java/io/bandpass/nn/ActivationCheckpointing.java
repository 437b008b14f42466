package io.bandpass.nn;

import io.bandpass.torch.Precision;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Trades time for memory (Chen et al., 2016, arXiv 1604.06174): the forward pass keeps what goes into each segment and
 * nothing else, and the backward pass computes each segment again when its turn comes. The numbers are the same.
 */
public final class ActivationCheckpointing {
    /** What a segment got: its input, and the state of the generator that drop path draws from. */
    private record Saved(UnaryOperator<Tensor> segment, Tensor input, Tensor generator) {}

    private final Layer layer;
    private final Precision precision;
    private final Device device;
    private final List<Saved> saved = new ArrayList<>();
    private Tensor output = new Tensor();

    /**
     * For a layer that is a chain of segments.
     *
     * @param layer whose running statistics must not take in the second computation
     */
    public ActivationCheckpointing(Layer layer, Precision precision, Device device) {
        this.layer = layer;
        this.precision = precision;
        this.device = device;
    }

    /**
     * The forward pass of the whole chain, without a graph.
     *
     * @return what comes out, as a leaf that collects the gradient for {@link #backward()}
     */
    public Tensor forward(List<UnaryOperator<Tensor>> segments, Tensor input) {
        saved.clear();
        try (NoGradGuard guard = new NoGradGuard()) {
            output = precision.run(device, () -> {
                Tensor x = input;
                for (UnaryOperator<Tensor> segment : segments) {
                    Tensor before = x;
                    saved.add(new Saved(
                            segment, before, torch.getDefaultCPUGenerator().get_state()));
                    x = Tensors.scoped(() -> segment.apply(before));
                }
                return leaf(x);
            });
        }
        return output;
    }

    private static Tensor leaf(Tensor tensor) {
        Tensor leaf = tensor.detach();
        leaf.set_requires_grad(true);
        return leaf;
    }

    /** Takes the gradient of what {@link #forward} returned back through all segments, in the same scope. */
    public void backward() {
        try (PointerScope scope = new PointerScope()) {
            List<Tensor> statistics =
                    layer.buffers().stream().map(b -> b.tensor().clone()).toList();
            Tensor gradient = output.grad();
            for (int i = saved.size() - 1; i >= 0; i--) {
                Saved last = saved.remove(i);
                Tensor following = gradient;
                // The images need no gradient.
                boolean first = i == 0;
                gradient = Tensors.scoped(() -> through(last, following, first));
            }
            restore(statistics);
        }
    }

    private Tensor through(Saved saved, Tensor gradient, boolean first) {
        torch.getDefaultCPUGenerator().set_state(saved.generator());
        Tensor input = first ? saved.input() : leaf(saved.input());
        Tensor result = precision.run(device, () -> saved.segment().apply(input));
        result.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
        // What grad() returns belongs to the input, which is freed now.
        return first ? gradient : input.grad().detach();
    }

    private void restore(List<Tensor> statistics) {
        try (NoGradGuard guard = new NoGradGuard()) {
            List<NamedTensor> buffers = layer.buffers();
            for (int i = 0; i < statistics.size(); i++) {
                buffers.get(i).tensor().copy_(statistics.get(i));
            }
        }
    }
}

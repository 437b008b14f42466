package io.bandpass.nn;

import io.bandpass.torch.Precision;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

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
    private @Nullable Tensor output;

    /**
     * For a layer that is a chain of segments.
     *
     * @param layer whose running statistics must not take in the second computation
     */
    public ActivationCheckpointing(Layer layer, Precision precision, Device device) {
        this.layer = layer;
        this.precision = precision;
        this.device = Tensors.kept(device);
    }

    /**
     * The forward pass of the whole chain, without a graph.
     *
     * @return what comes out, as a leaf that collects the gradient for {@link #backward()}
     */
    public Tensor forward(List<UnaryOperator<Tensor>> segments, Tensor input) {
        release();
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor result = precision.run(device, () -> {
                Tensor x = input;
                for (UnaryOperator<Tensor> segment : segments) {
                    saved.add(
                            new Saved(segment, x, torch.getDefaultCPUGenerator().get_state()));
                    try (PointerScope scope = new PointerScope()) {
                        x = Tensors.keep(segment.apply(x));
                    }
                }
                try (Tensor last = x) {
                    return leaf(last);
                }
            });
            output = result;
            return result;
        }
    }

    /** Frees what a backward pass that never came would have freed. */
    private void release() {
        saved.stream().skip(1).forEach(segment -> segment.input().close());
        saved.clear();
    }

    private static Tensor leaf(Tensor tensor) {
        Tensor leaf = tensor.detach();
        leaf.set_requires_grad(true);
        return leaf;
    }

    /** Takes the gradient of what {@link #forward} returned back through all segments, in the same scope. */
    public void backward() {
        try (PointerScope scope = new PointerScope()) {
            Snapshot statistics = new Snapshot(layer.buffers());
            Tensor gradient = Tensors.keep(Objects.requireNonNull(output, "there was no forward pass")
                    .grad()
                    .detach());
            while (saved.size() > 1) {
                gradient = freeingThrough(saved.remove(saved.size() - 1), gradient);
            }
            // The images need no gradient, and belong to the caller.
            try (Tensor last = gradient) {
                Saved first = saved.remove(0);
                through(first, first.input(), last);
            }
            statistics.restore();
        }
    }

    /** Input and gradient are as large as what this class exists to save: each is freed when it was used. */
    private Tensor freeingThrough(Saved saved, Tensor gradient) {
        try (PointerScope scope = new PointerScope();
                Tensor input = saved.input();
                Tensor used = gradient) {
            Tensor leaf = leaf(input);
            through(saved, leaf, used);
            // What grad() returns belongs to the leaf, which is freed now.
            return Tensors.keep(leaf.grad().detach());
        }
    }

    private void through(Saved saved, Tensor input, Tensor gradient) {
        try (PointerScope scope = new PointerScope()) {
            torch.getDefaultCPUGenerator().set_state(saved.generator());
            Tensor result = precision.run(device, () -> saved.segment().apply(input));
            result.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
        }
    }
}
